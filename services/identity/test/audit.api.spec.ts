import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { AuditRecord } from '@ocx/openstack-api/identity/audit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExchangeParties, HARVARD } from './exchange-parties.js';
import { OAuthConsumer } from './oauth-consumer.js';
import { IdentityProcess, passwordOf } from './identity-process.js';

const ROUTE = '/v3/OS-OCX-AUDIT/records';
const VERIFY = fileURLToPath(new URL('../dist/audit-verify.js', import.meta.url));
const AGENT = 'a-client/1.0';

interface Event {
  readonly action: string;
  readonly outcome: string;
  readonly reason?: { readonly reasonCode: string };
  readonly initiator: {
    readonly id: string;
    readonly name?: string;
    readonly host: { address: string; agent?: string };
  };
  readonly target: { readonly typeURI: string; readonly id: string };
  readonly requestPath: string;
  readonly attachments?: readonly { readonly content: Record<string, unknown> }[];
}

let identity: IdentityProcess;
let database: pg.Client;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  database = new pg.Client({ connectionString: identity.installation.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await identity.stop();
});

const records = async (after = 0): Promise<AuditRecord[]> =>
  (await identity.admin('GET', `${ROUTE}?after=${String(after)}&limit=1000`)).body.records as AuditRecord[];
const eventsAfter = async (seq: number): Promise<Event[]> =>
  (await records(seq)).map(({ event }) => JSON.parse(event) as Event);
const last = async (): Promise<number> => (await records()).at(-1)?.seq ?? 0;

async function verified(exported: readonly AuditRecord[]): Promise<string> {
  const run = promisify(execFile)(process.execPath, [VERIFY]);
  run.child.stdin?.end(exported.map((record) => JSON.stringify(record)).join('\n'));
  return run.then(
    ({ stdout }) => stdout,
    (error: unknown) => (error as { stderr: string }).stderr,
  );
}

describe('the trail tells', () => {
  it('who logged in, how, from where', async () => {
    const { userId, projectId, password } = await identity.member('alice');
    const before = await last();
    const headers = { 'user-agent': AGENT };
    const scope = { project: { id: projectId } };
    const json = { auth: { identity: passwordOf('alice', password), scope } };
    expect((await identity.call('POST', '/v3/auth/tokens', { json, headers })).status).toBe(201);
    expect(await eventsAfter(before)).toMatchObject([
      {
        action: 'authenticate',
        outcome: 'success',
        initiator: { id: userId, name: 'alice', host: { address: '127.0.0.1', agent: AGENT } },
        target: { typeURI: 'data/security/token' },
        requestPath: '/v3/auth/tokens',
        attachments: [{ content: { methods: ['password'], project_id: projectId } }],
      },
    ]);
  });

  it('who was refused, whom they said to be, and why', async () => {
    await identity.member('bob');
    const before = await last();
    expect((await identity.authenticate(passwordOf('bob', 'guessed-by-somebody'))).status).toBe(401);
    expect((await identity.authenticate(passwordOf('nobody-of-that-name', 'x'))).status).toBe(401);
    expect((await identity.call('POST', '/v3/auth/tokens', { json: { auth: {} } })).status).toBe(400);
    expect(await eventsAfter(before)).toMatchObject([
      {
        action: 'authenticate',
        outcome: 'failure',
        initiator: { name: 'bob' },
        reason: { reasonCode: 'Unauthenticated' },
      },
      { action: 'authenticate', outcome: 'failure', initiator: { name: 'nobody-of-that-name' } },
    ]);
  });

  it('what an administrator changed, before and after; and what did not come to be', async () => {
    const before = await last();
    const made = await identity.admin('POST', '/v3/projects', { project: { name: 'audited' } });
    const id = made.body.project.id as string;
    expect((await identity.admin('POST', '/v3/projects', { project: { name: 'audited' } })).status).toBe(409);
    await identity.admin('PATCH', `/v3/projects/${id}`, { project: { description: 'changed' } });
    await identity.admin('DELETE', `/v3/projects/${id}`);
    const told = (await eventsAfter(before)).map(({ action, outcome, target, reason }) => [
      action,
      outcome,
      target.typeURI.replace('data/security/', ''),
      target.id === id ? 'it' : target.id,
      ...(reason ? [reason.reasonCode] : []),
    ]);
    expect(told).toEqual([
      ['create', 'pending', 'projects', 'unknown'],
      ['create', 'success', 'projects', 'it'],
      ['create', 'pending', 'projects', 'unknown'],
      ['create', 'failure', 'projects', 'unknown', 'Conflict'],
      ['update', 'pending', 'projects', 'it'],
      ['update', 'success', 'projects', 'it'],
      ['delete', 'pending', 'projects', 'it'],
      ['delete', 'success', 'projects', 'it'],
    ]);
  });

  it('whose password was changed by themselves, and who tried in vain', async () => {
    const { userId, password } = await identity.member('fay');
    const before = await last();
    const change = (original_password: string) =>
      identity.call('POST', `/v3/users/${userId}/password`, {
        json: { user: { original_password, password: 'another-long-password' } },
      });
    expect((await change('guessed-by-somebody')).status).toBe(401);
    expect((await change(password)).status).toBe(204);
    expect(await eventsAfter(before)).toMatchObject([
      {
        action: 'create',
        outcome: 'failure',
        initiator: { id: userId },
        target: { id: userId },
        reason: { reasonCode: 'Unauthenticated' },
      },
      {
        action: 'create',
        outcome: 'success',
        initiator: { id: userId, host: { address: '127.0.0.1' } },
        target: { typeURI: 'data/security/users/password', id: userId },
      },
    ]);
  });

  it('which program was given leave by whom, and who signed wrongly', async () => {
    const gus = await identity.member('gus');
    const consumer = await OAuthConsumer.register(identity);
    const before = await last();
    const { key } = await consumer.delegated(gus);
    expect((await consumer.ask(gus.projectId, { by: { key: consumer.key, secret: 'wrong' } })).status).toBe(401);
    const program = { typeURI: 'service/security/account/client', id: consumer.key };
    expect(await eventsAfter(before)).toMatchObject([
      { outcome: 'success', initiator: program, target: { typeURI: 'data/security/OS-OAUTH1/request_token' } },
      { outcome: 'pending', initiator: { id: gus.userId }, target: { typeURI: 'data/security/OS-OAUTH1/authorize' } },
      { outcome: 'success', initiator: { id: gus.userId } },
      { outcome: 'success', initiator: program, target: { typeURI: 'data/security/OS-OAUTH1/access_token' } },
      { outcome: 'failure', initiator: program, reason: { reasonCode: 'Unauthenticated' } },
    ]);
    expect((await consumer.login({ key, secret: 'wrong' })).status).toBe(401);
  });

  it('what the broker was given in whose name, and what it was refused', async () => {
    const parties = await ExchangeParties.enrol(identity);
    const { token, userId, projectId } = await identity.member('carol');
    const before = await last();
    await parties.exchanged(token, HARVARD, { actions: ['read'] });
    await expect(parties.exchanged('forged', HARVARD, { actions: ['read'] })).rejects.toThrow('invalid_grant');
    expect(await eventsAfter(before)).toMatchObject([
      {
        action: 'exchange',
        outcome: 'success',
        initiator: { id: 'broker' },
        attachments: [{ content: { audience: HARVARD, subject: userId, project_id: projectId, actions: ['read'] } }],
      },
      { outcome: 'failure', reason: { reasonCode: 'invalid_grant' } },
    ]);
  });

  it('nothing of what is only looked at, and no secret', async () => {
    const { password, token } = await identity.member('dave');
    const before = await last();
    expect((await identity.call('GET', '/v3/auth/projects', { token })).status).toBe(200);
    expect(await eventsAfter(before)).toEqual([]);
    const everything = (await records()).map(({ event }) => event).join('\n');
    for (const secret of [password, token, identity.adminToken, identity.adminPassword, 'guessed-by-somebody'])
      expect(everything).not.toContain(secret);
  });
});

describe('the trail', () => {
  it('is whole, in the order of what happened, also when much happens at once', async () => {
    const make = (index: number) =>
      identity.admin('POST', '/v3/regions', { region: { id: `region-${String(index)}` } });
    await Promise.all(Array.from({ length: 40 }, (_, index) => make(index)));
    const exported = await records();
    expect(exported.map(({ seq }) => seq)).toEqual(exported.map((_, index) => index + 1));
    expect(await verified(exported)).toContain(`${String(exported.length)} records, whole`);
    expect(await verified([])).toContain('empty');
    const altered = exported.map((record) => (record.seq === 3 ? { ...record, event: '{}' } : record));
    expect(await verified(altered)).toContain('record 3 was altered');
    expect(await verified(exported.filter(({ seq }) => seq !== 2))).toContain('record 2 is missing');
  });

  it.each(["UPDATE audit_records SET event = '{}'", 'DELETE FROM audit_records', 'TRUNCATE audit_records'])(
    'refuses %s',
    async (statement) => {
      await expect(database.query(statement)).rejects.toThrow('append-only');
    },
  );

  it('is for the operator alone', async () => {
    const { token } = await identity.member('erin');
    expect((await identity.call('GET', ROUTE)).status).toBe(401);
    expect((await identity.call('GET', ROUTE, { token })).status).toBe(403);
  });
});
