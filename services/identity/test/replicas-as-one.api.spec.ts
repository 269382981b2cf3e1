import { randomUUID } from 'node:crypto';
import { CLIENT_ASSERTION_TYPE } from '@ocx/openstack-api/exchange/tokens';
import type { AuditRecord } from '@ocx/openstack-api/identity/audit';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenAt } from '../src/audit/audit-chain.js';
import { assertionOf } from './broker-party.js';
import { ENROLMENT_CODE, IdentityProcess, type Installation, newInstallation, passwordOf } from './identity-process.js';

const PUBLIC_URL = 'http://identity.test';
const ATTEMPTS = 4;

let installation: Installation;
let one: IdentityProcess;
let other: IdentityProcess;

beforeAll(async () => {
  installation = await newInstallation();
  const settings = {
    OCX_PUBLIC_URL: PUBLIC_URL,
    OCX_LOCKOUT_FAILURE_ATTEMPTS: String(ATTEMPTS),
    OCX_LOCKOUT_DURATION: '600',
    OCX_UNIQUE_LAST_PASSWORD_COUNT: '2',
  };
  const start = () => IdentityProcess.startReplica(installation, settings);
  [one, other] = await Promise.all([start(), start()]);
});
afterAll(async () => {
  await Promise.all([one.stop(), other.stop()]);
  await installation.remove();
});

/** The two in turn, as a balancer picks them. */
const turn = (index: number) => (index % 2 === 0 ? one : other);
const statusAt = async (replica: IdentityProcess, token: string) =>
  (await replica.call('GET', '/v3/auth/projects', { token })).status;

describe('two replicas on one database', () => {
  it('count wrong passwords together', async () => {
    const { password } = await one.member('ada');
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      expect((await turn(attempt).authenticate(passwordOf('ada', 'wrong'))).status).toBe(401);
    }
    expect((await one.authenticate(passwordOf('ada', password))).status).toBe(401);
    expect((await other.authenticate(passwordOf('ada', password))).status).toBe(401);
  });

  it('count them also when they come at once', async () => {
    const { password } = await one.member('bob');
    const guesses = Array.from({ length: 12 }, (_, index) => turn(index).authenticate(passwordOf('bob', 'wrong')));
    expect(new Set((await Promise.all(guesses)).map(({ status }) => status))).toEqual(new Set([401]));
    expect((await other.authenticate(passwordOf('bob', password))).status).toBe(401);
  });

  it('remember the passwords that were set at the other', async () => {
    const { userId, password, token } = await one.member('carol');
    const change = (replica: IdentityProcess, original: string, next: string) =>
      replica.call('POST', `/v3/users/${userId}/password`, {
        token,
        json: { user: { original_password: original, password: next } },
      });
    expect((await change(other, password, 'the-second-one')).status).toBe(204);
    const fresh = await one.login('carol', 'the-second-one');
    const back = { user: { original_password: 'the-second-one', password } };
    expect((await one.call('POST', `/v3/users/${userId}/password`, { token: fresh, json: back })).status).toBe(400);
  });

  it('take a client assertion once', async () => {
    const key = await SigningKey.generate();
    const json = { code: ENROLMENT_CODE, client_id: 'broker', jwk: key.jwk };
    expect((await one.call('POST', '/v3/OS-OCX/clients', { json })).status).toBe(204);
    const present = (replica: IdentityProcess, client_assertion: string) =>
      replica.call('POST', '/v3/OS-OAUTH2/introspect', {
        form: { client_assertion_type: CLIENT_ASSERTION_TYPE, client_assertion, token: 'none' },
      });
    for (let round = 0; round < 4; round += 1) {
      const assertion = await assertionOf(one, key, 'broker', { audience: `${PUBLIC_URL}/v3`, jti: randomUUID() });
      const answers = await Promise.all([0, 1, 2, 3].map((index) => present(turn(index), assertion)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
    }
  });

  it('take a passcode once', async () => {
    const { userId } = await one.member('dora');
    const secret = new Secret({ size: 20 });
    await other.admin('POST', '/v3/credentials', {
      credential: { type: 'totp', blob: secret.base32, user_id: userId },
    });
    const passcode = new TOTP({ secret }).generate();
    const login = { methods: ['totp'], totp: { user: { id: userId, passcode } } };
    const answers = await Promise.all([one.authenticate(login), other.authenticate(login)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401]);
  });

  it('give a trust out as often as it may be used, wherever it is asked for', async () => {
    const [erin, finn] = [await one.member('erin'), await other.member('finn')];
    const made = await one.call('POST', '/v3/OS-TRUST/trusts', {
      token: erin.token,
      json: {
        trust: {
          trustor_user_id: erin.userId,
          trustee_user_id: finn.userId,
          project_id: erin.projectId,
          impersonation: false,
          roles: [{ name: 'member' }],
          remaining_uses: 3,
        },
      },
    });
    const scope = { 'OS-TRUST:trust': { id: made.body.trust.id as string } };
    const asked = Array.from({ length: 8 }, (_, index) =>
      turn(index).authenticate(passwordOf('finn', finn.password), scope),
    );
    const given = (await Promise.all(asked)).filter(({ status }) => status === 201);
    expect(given).toHaveLength(3);
  });

  it('end a token at once, whichever was told', async () => {
    const { password, userId } = await one.member('gina');
    for (let round = 0; round < 6; round += 1) {
      const [here, there] = [turn(round), turn(round + 1)];
      const token = await here.login('gina', password);
      expect(await statusAt(there, token)).toBe(200);
      await here.call('DELETE', '/v3/auth/tokens', { token, headers: { 'x-subject-token': token } });
      expect(await statusAt(there, token)).toBe(401);
    }
    const token = await other.login('gina', password);
    await one.admin('PATCH', `/v3/users/${userId}`, { user: { enabled: false } });
    expect(await statusAt(other, token)).toBe(401);
  });

  it('write one audit trail, whole and in order', async () => {
    const grace = await one.member('grace');
    const writes = Array.from({ length: 20 }, (_, index) =>
      turn(index).authenticate(passwordOf('grace', index % 5 === 4 ? 'wrong' : grace.password)),
    );
    await Promise.all(writes);
    const records: AuditRecord[] = [];
    for (;;) {
      const after = records.at(-1)?.seq ?? 0;
      const page = await other.admin('GET', `/v3/OS-OCX-AUDIT/records?after=${String(after)}`);
      const more = page.body.records as AuditRecord[];
      if (more.length === 0) break;
      records.push(...more);
    }
    expect(records.length).toBeGreaterThan(20);
    expect(brokenAt(records)).toBeUndefined();
  });
});
