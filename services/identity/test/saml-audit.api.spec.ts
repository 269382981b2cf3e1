import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HomeOrganisation } from './home-organisation.js';
import { type Answer, DASHBOARD, IdentityProcess } from './identity-process.js';
import { logoutMessage } from './logout-messages.js';
import { metadata, UNIVERSITY } from './university.js';

interface Event {
  readonly action: string;
  readonly outcome: string;
  readonly reason?: { readonly reasonCode: string };
  readonly initiator: { readonly typeURI: string; readonly id: string; readonly host?: { readonly address: string } };
  readonly target: { readonly typeURI: string; readonly id: string };
  readonly requestPath?: string;
}

let identity: IdentityProcess;
let home: HomeOrganisation;
/** What must stand in no record. */
const secrets: string[] = [];

beforeAll(async () => {
  identity = await IdentityProcess.start();
  const rules = [{ local: [{ user: { name: '{0}' } }], remote: [{ type: 'REMOTE_USER' }] }];
  home = await HomeOrganisation.register(identity, UNIVERSITY, () => rules);
  const service = `<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="http://university.test/slo"/>`;
  await home.publish(metadata(UNIVERSITY).replace('<md:SingleSignOnService', `${service}<md:SingleSignOnService`));
});
afterAll(() => identity.stop());

/** The events that `work` leaves in the trail, but those of asking for the trail. */
async function recorded(work: () => Promise<unknown>): Promise<Event[]> {
  const trail = async (after: number) =>
    (await identity.admin('GET', `/v3/OS-OCX-AUDIT/records?after=${String(after)}&limit=1000`)).body.records as {
      seq: number;
      event: string;
    }[];
  const before = (await trail(0)).at(-1)?.seq ?? 0;
  await work();
  const records = await trail(before);
  for (const secret of secrets) expect(JSON.stringify(records)).not.toContain(secret);
  return records.map(({ event }) => JSON.parse(event) as Event);
}

const tokenOf = (answer: Answer): string => {
  expect(answer.status).toBe(201);
  const token = answer.headers.get('x-subject-token') ?? '';
  secrets.push(token);
  return token;
};

describe('the trail tells of a SAML login', () => {
  it('who was let in, and from where', async () => {
    let user: { id: string } | undefined;
    const events = await recorded(async () => {
      const answer = await home.login();
      tokenOf(answer);
      user = answer.body.token.user as { id: string };
    });
    expect(events).toMatchObject([
      {
        action: 'authenticate',
        outcome: 'success',
        initiator: { id: user?.id, host: { address: '127.0.0.1' } },
        requestPath: '/v3/OS-FEDERATION/saml2/login',
      },
    ]);
  });

  it('what was refused, and why', async () => {
    const begun = await home.begin();
    const events = await recorded(async () => {
      expect((await home.login({ signer: 'impostor' })).status).toBe(401);
      expect((await home.login({ issuer: 'http://elsewhere.test' })).status).toBe(401);
      expect((await home.finish(home.answer(begun), '')).status).toBe(401);
    });
    const failure = { action: 'authenticate', outcome: 'failure', initiator: { host: { address: '127.0.0.1' } } };
    const atConsumer = { ...failure, target: { id: 'university' }, requestPath: home.acs };
    expect(events).toMatchObject([
      { ...atConsumer, reason: { reasonCode: 'the library refused it' } },
      { ...atConsumer, reason: { reasonCode: 'wrong Issuer' } },
      { ...failure, reason: { reasonCode: 'another browser began the login' } },
    ]);
  });
});

describe('the trail tells of a logout', () => {
  it('by whom a login ended', async () => {
    const answer = await home.login();
    const token = tokenOf(answer);
    const [auditId] = answer.body.token.audit_ids as string[];
    const user = answer.body.token.user as { id: string };
    const form = { token, origin: DASHBOARD };
    const post = () => identity.call('POST', '/v3/auth/OS-FEDERATION/saml2/logout', { form });
    expect(await recorded(post)).toMatchObject([
      { action: 'revoke', outcome: 'success', initiator: { id: user.id }, target: { id: auditId } },
    ]);
    expect(await recorded(post)).toMatchObject([{ action: 'authenticate', outcome: 'failure' }]);
  });

  it('which provider ended one, and what was refused', async () => {
    const answer = await home.login({ name: 'bea' });
    tokenOf(answer);
    const [auditId] = answer.body.token.audit_ids as string[];
    const slo = '/v3/OS-FEDERATION/saml2/slo';
    const message = { by: UNIVERSITY, destination: identity.url + slo, nameId: 'bea' };
    const send = (more = {}) => identity.call('GET', `${slo}?${logoutMessage({ ...message, ...more })}`);
    expect(await recorded(() => send({ signer: 'impostor' }))).toMatchObject([
      { action: 'authenticate', outcome: 'failure', reason: { reasonCode: 'wrong signature' }, requestPath: slo },
    ]);
    expect(await recorded(() => send())).toMatchObject([
      { action: 'revoke', outcome: 'success', initiator: { id: 'university' }, target: { id: auditId } },
    ]);
  });
});
