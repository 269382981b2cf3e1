import { createPublicKey, X509Certificate } from 'node:crypto';
import { SAML, ValidateInResponseTo } from '@node-saml/node-saml';
import { DOMParser } from '@xmldom/xmldom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { versionFour, type AccessKey } from './access-keys.js';
import { HomeOrganisation } from './home-organisation.js';
import { type Answer, IdentityProcess, passwordOf } from './identity-process.js';
import { UNIVERSITY } from './university.js';

const SP = 'http://other.test/v3/OS-FEDERATION/saml2/ecp/here';
const AUTH = 'http://other.test/v3/OS-FEDERATION/identity_providers/here/protocols/saml2/auth';
const ROUTE = '/v3/auth/OS-FEDERATION/saml2';
const PROVIDERS = '/v3/OS-FEDERATION/service_providers';

let identity: IdentityProcess;
let ada: Awaited<ReturnType<IdentityProcess['member']>>;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  ada = await identity.member('ada');
  const service_provider = { auth_url: AUTH, sp_url: SP, enabled: true, relay_state_prefix: 'ss:other:' };
  expect((await identity.admin('PUT', `${PROVIDERS}/other`, { service_provider })).status).toBe(201);
  const group = await identity.admin('POST', '/v3/groups', { group: { name: 'crew <&>' } });
  const member = `/v3/groups/${group.body.group.id as string}/users/${ada.userId}`;
  expect((await identity.admin('PUT', member)).status).toBe(204);
  ada = { ...ada, token: await identity.login('ada', ada.password, 'ada-project') };
});
afterAll(() => identity.stop());

const ask = (token: string, provider = 'other', route = ROUTE): Promise<Answer> =>
  identity.call('POST', route, {
    json: {
      auth: { identity: { methods: ['token'], token: { id: token } }, scope: { service_provider: { id: provider } } },
    },
  });
const metadata = (): Promise<Answer> => identity.call('GET', '/v3/OS-FEDERATION/saml2/metadata');

/** Another cloud's own reading of identity's metadata and of its assertion, by the library that is not identity's here. */
async function taken(response: string, audience: string | false = SP) {
  const { text } = await metadata();
  const [role = ''] = /<IDPSSODescriptor.*<\/IDPSSODescriptor>/s.exec(text) ?? [];
  const idpCert = [...role.matchAll(/X509Certificate>([^<]+)</g)].map(([, base64 = '']) => base64);
  const saml = new SAML({
    callbackUrl: SP,
    entryPoint: 'http://here.test/unused',
    issuer: 'http://other.test/v3/OS-FEDERATION/saml2/metadata',
    idpIssuer: `${identity.url}/v3/OS-FEDERATION/saml2/metadata`,
    idpCert,
    audience,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: true,
    validateInResponseTo: ValidateInResponseTo.never,
  });
  const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: Buffer.from(response).toString('base64') });
  return profile;
}

describe('another cloud', () => {
  it('is told who somebody is here, signed, and for itself alone', async () => {
    const answer = await ask(ada.token);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/xml/);
    expect([answer.headers.get('x-sp-url'), answer.headers.get('x-auth-url')]).toEqual([SP, AUTH]);
    const profile = await taken(answer.text);
    expect(profile).toMatchObject({
      issuer: `${identity.url}/v3/OS-FEDERATION/saml2/metadata`,
      nameID: 'ada',
      openstack_user: 'ada',
      openstack_user_domain: 'Default',
      openstack_roles: ['member', 'reader'],
      openstack_project: 'ada-project',
      openstack_project_domain: 'Default',
      openstack_groups: 'JSON:{"name":"crew <&>","domain":{"name":"Default"}}',
    });
    for (const audience of [AUTH, 'http://other.test/v3/OS-FEDERATION/saml2/metadata']) {
      expect((await taken(answer.text, audience))?.nameID).toBe('ada');
    }
    await expect(taken(answer.text, 'http://third.test')).rejects.toThrow(/audience/);
    await expect(taken(answer.text.replaceAll('>ada<', '>eve<'))).rejects.toThrow(/signature/);
    expect(answer.text).not.toMatch(/rsa-sha1|xmldsig#sha1/);
  });

  it('is told it for five minutes, for its own address, in no answer to anybody’s question', async () => {
    const document = new DOMParser().parseFromString((await ask(ada.token)).text, 'text/xml');
    const [response, data, conditions] = ['Response', 'SubjectConfirmationData', 'Conditions'].map((name) =>
      document.getElementsByTagNameNS('*', name).item(0),
    );
    expect(response?.getAttribute('Destination')).toBe(SP);
    expect(data?.getAttribute('Recipient')).toBe(SP);
    expect([response?.hasAttribute('InResponseTo'), data?.hasAttribute('InResponseTo')]).toEqual([false, false]);
    const life = (element: Element | null | undefined) =>
      Date.parse(element?.getAttribute('NotOnOrAfter') ?? '') -
      Date.parse(response?.getAttribute('IssueInstant') ?? '');
    expect([life(data), life(conditions)]).toEqual([300_000, 300_000]);
  });

  it('is told it in the envelope of an enhanced client', async () => {
    const answer = await ask(ada.token, 'other', `${ROUTE}/ecp`);
    expect([answer.status, answer.headers.get('x-sp-url')]).toEqual([200, SP]);
    expect(/RelayState[^>]*>([^<]+)</.exec(answer.text)?.[1]).toMatch(/^ss:other:[0-9a-f]{32}$/);
    const [response = ''] = /<samlp:Response.*<\/samlp:Response>/s.exec(answer.text) ?? [];
    expect((await taken(response))?.nameID).toBe('ada');
  });

  it('stands in tokens while it is enabled', async () => {
    const shown = async () => (await identity.authenticate(passwordOf('ada', ada.password))).body.token as object;
    expect(await shown()).toMatchObject({ service_providers: [{ id: 'other', sp_url: SP, auth_url: AUTH }] });
  });
});

describe('no assertion is given', () => {
  const refused = async (token: string, provider?: string) => {
    const answers = [await ask(token, provider), await ask(token, provider, `${ROUTE}/ecp`)];
    expect(answers[0]?.body.error.code).toBe(answers[0]?.status);
    return answers.map(({ status }) => status);
  };

  it('for no cloud, for a disabled one, with no token, or with one of no project', async () => {
    expect(await refused(ada.token, 'none')).toEqual([404, 404]);
    expect(await refused('forged')).toEqual([404, 404]);
    const unscoped = await identity.login('ada', ada.password);
    expect(await refused(unscoped)).toEqual([403, 403]);
    const off = { service_provider: { auth_url: AUTH, sp_url: SP, enabled: false } };
    await identity.admin('PUT', `${PROVIDERS}/off`, off);
    expect(await refused(ada.token, 'off')).toEqual([403, 403]);
    for (const json of [{}, { auth: {} }, { auth: { identity: { token: { id: 'x' } }, scope: {} } }]) {
      expect((await identity.call('POST', ROUTE, { json })).status).toBe(400);
    }
    const token = await identity.login('ada', ada.password, 'ada-project');
    const own = { token, headers: { 'x-subject-token': token } };
    expect((await identity.call('DELETE', '/v3/auth/tokens', own)).status).toBe(204);
    expect(await refused(token)).toEqual([404, 404]);
  });

  it('with what was delegated, whose limits nobody would know of', async () => {
    const as = (route: string, json: object) => identity.call('POST', route, { token: ada.token, json });
    const own = `/v3/users/${ada.userId}`;
    const application_credential = { name: 'program' };
    const made = await as(`${own}/application_credentials`, { application_credential });
    const { id, secret } = made.body.application_credential as { id: string; secret: string };
    const program = await identity.authenticate({
      methods: ['application_credential'],
      application_credential: { id, secret },
    });
    expect(await refused(program.headers.get('x-subject-token') ?? '')).toEqual([403, 403]);
    const [trustor_user_id, trustee_user_id, project_id] = [ada.userId, ada.userId, ada.projectId];
    const trust = { trustor_user_id, trustee_user_id, project_id, impersonation: true, roles: [{ name: 'member' }] };
    const trusted = (await as('/v3/OS-TRUST/trusts', { trust })).body.trust as { id: string };
    const under = await identity.authenticate(passwordOf('ada', ada.password), {
      'OS-TRUST:trust': { id: trusted.id },
    });
    expect(await refused(under.headers.get('x-subject-token') ?? '')).toEqual([403, 403]);
    const key = (await as(`${own}/credentials/OS-EC2`, { tenant_id: ada.projectId })).body.credential as AccessKey;
    const signed = await identity.admin('POST', '/v3/ec2tokens', { credentials: versionFour(key) });
    expect(await refused(signed.headers.get('x-subject-token') ?? '')).toEqual([403, 403]);
  });

  it('that is not in the trail', async () => {
    const { body } = await identity.admin('GET', '/v3/OS-OCX-AUDIT/records?after=0&limit=1000');
    const events = (body.records as { event: string }[]).map(({ event }) => JSON.stringify(event));
    const told = events.filter((event) => event.includes('data/security/auth/OS-FEDERATION/saml2'));
    expect(told.some((event) => event.includes(ada.userId) && event.includes('success'))).toBe(true);
    expect(told.some((event) => event.includes('failure'))).toBe(true);
    expect(events.join('')).not.toContain('<samlp:');
  });
});

describe('identity’s metadata', () => {
  it('tell other clouds of its key, and home organisations as before', async () => {
    const alone = (await metadata()).text;
    expect(alone).toContain('<IDPSSODescriptor');
    expect(alone).not.toContain('<SPSSODescriptor');
    expect(alone).toContain(`Location="${identity.url}${ROUTE}"`);
    const [, base64 = ''] = /X509Certificate>([^<]+)</.exec(alone) ?? [];
    const { publicKey } = new X509Certificate(Buffer.from(base64, 'base64'));
    expect(createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).asymmetricKeyDetails?.modulusLength).toBe(
      3072,
    );
    const rules = [{ local: [{ user: { name: '{0}' } }], remote: [{ type: 'REMOTE_USER' }] }];
    const home = await HomeOrganisation.register(identity, UNIVERSITY, () => rules);
    const both = (await metadata()).text;
    expect(both).toContain('<IDPSSODescriptor');
    expect(both).toContain('<SPSSODescriptor');
    expect((await home.login()).status).toBe(201);
    for (const id of ['other', 'off']) await identity.admin('DELETE', `${PROVIDERS}/${id}`);
    expect((await metadata()).text).not.toContain('IDPSSODescriptor');
    await identity.admin('DELETE', home.provider);
    expect((await metadata()).status).toBe(404);
  });
});
