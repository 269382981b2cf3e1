import { randomUUID, X509Certificate } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HomeOrganisation } from './home-organisation.js';
import { type Answer, DASHBOARD, IdentityProcess } from './identity-process.js';
import { logoutMessage, type LogoutMessageOptions, openRedirect } from './logout-messages.js';
import { certificateOf, COLLEGE, keyOf, metadata, type Organisation, UNIVERSITY } from './university.js';

const SLO = '/v3/OS-FEDERATION/saml2/slo';
const LOGOUT = '/v3/auth/OS-FEDERATION/saml2/logout';

let identity: IdentityProcess;
let university: HomeOrganisation;
let college: HomeOrganisation;
/** Identity's certificate, as its metadata have it. */
let certificate: X509Certificate;

const logoutOf = ({ ssoUrl }: Organisation) => ssoUrl.replace('/sso', '/slo');
const withLogout = (by: Organisation, more = '') =>
  metadata(by).replace(
    '<md:SingleSignOnService',
    `<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${logoutOf(by)}"${more}/><md:SingleSignOnService`,
  );

beforeAll(async () => {
  identity = await IdentityProcess.start();
  const rules = [{ local: [{ user: { name: '{0}' } }], remote: [{ type: 'REMOTE_USER' }] }];
  university = await HomeOrganisation.register(identity, UNIVERSITY, () => rules);
  college = await HomeOrganisation.register(identity, COLLEGE, () => rules);
  const { text } = await identity.call('GET', '/v3/OS-FEDERATION/saml2/metadata');
  const [, base64 = ''] = /<ds:X509Certificate>([^<]+)</.exec(text) ?? [];
  certificate = new X509Certificate(Buffer.from(base64, 'base64'));
});
afterAll(() => identity.stop());
beforeEach(async () => {
  expect((await university.publish(withLogout(UNIVERSITY))).status).toBe(200);
});

const tokenOf = (answer: Answer): string => {
  expect(answer.status).toBe(201);
  return answer.headers.get('x-subject-token') ?? '';
};
/** A login, the token made from it, and whether both still live. */
async function session(home: HomeOrganisation, name: string) {
  const token = tokenOf(await home.login({ name }));
  const again = await identity.authenticate({ methods: ['token'], token: { id: token } }, { unscoped: {} });
  const derived = tokenOf(again);
  const lives = async () => {
    const answers = await Promise.all(
      [token, derived].map((one) => identity.call('GET', '/v3/auth/projects', { token: one })),
    );
    const [first, second] = answers.map(({ status }) => status === 200);
    expect(first).toBe(second);
    return first;
  };
  expect(await lives()).toBe(true);
  return { token, derived, lives };
}
const post = (token: string, origin = DASHBOARD) => identity.call('POST', LOGOUT, { form: { token, origin } });
const locationOf = (answer: Answer, status: number) => {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return answer.headers.get('location') ?? '';
};
const send = (options: Partial<LogoutMessageOptions>) =>
  identity.call('GET', `${SLO}?${logoutMessage({ by: UNIVERSITY, destination: identity.url + SLO, ...options })}`);

describe('identity’s metadata', () => {
  it('name where logouts go and the certificate that signs them, whose key nobody else can read', async () => {
    const { text } = await identity.call('GET', '/v3/OS-FEDERATION/saml2/metadata');
    expect(text).toContain(`Location="${identity.url}${SLO}"`);
    expect(text).toContain('AuthnRequestsSigned="false"');
    expect(text.match(/SingleLogoutService/g)).toHaveLength(1);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    const key = path.join(identity.installation.directory, 'data', 'saml-keys', '0001.pem');
    expect((await stat(key)).mode & 0o777).toBe(0o600);
  });
});

describe('identity’s own key', () => {
  it('has its successor in the metadata before it, and its place afterwards', async () => {
    const directory = path.join(identity.installation.directory, 'data', 'saml-keys');
    const [old, next] = ['0001.pem', '0002.pem'].map((name) => path.join(directory, name)) as [string, string];
    const published = async () => {
      const { text } = await identity.call('GET', '/v3/OS-FEDERATION/saml2/metadata');
      const descriptors = text.match(/<KeyDescriptor use="signing">.*?<\/KeyDescriptor>/gs) ?? [];
      return descriptors.map((descriptor) => {
        const [, base64 = ''] = /<ds:X509Certificate>([^<]+)</.exec(descriptor) ?? [];
        return new X509Certificate(Buffer.from(base64, 'base64'));
      });
    };
    const signer = async () => {
      const ada = await session(university, 'ada');
      const location = locationOf(await post(ada.token), 303);
      return (await published()).findIndex((one) => {
        try {
          return openRedirect(location, one).kind === 'LogoutRequest';
        } catch {
          return false;
        }
      });
    };
    const successor = new X509Certificate(certificateOf('impostor'));
    await writeFile(next, `${keyOf('impostor')}\n${certificateOf('impostor')}`, { mode: 0o600 });
    expect((await published()).map(({ fingerprint }) => fingerprint)).toEqual([
      certificate.fingerprint,
      successor.fingerprint,
    ]);
    expect(await signer()).toBe(0);
    const kept = await readFile(old);
    await rm(old);
    expect((await published()).map(({ fingerprint }) => fingerprint)).toEqual([successor.fingerprint]);
    expect(await signer()).toBe(0);
    await writeFile(old, kept, { mode: 0o600 });
    await rm(next);
  });
});

describe('a logout that begins at a dashboard', () => {
  it('ends the login at once, goes on at its provider, and ends at the dashboard', async () => {
    const ada = await session(university, 'ada');
    const bystander = await session(university, 'bea');
    const location = locationOf(await post(ada.derived), 303);
    expect(await ada.lives()).toBe(false);
    expect(await bystander.lives()).toBe(true);

    expect(location.startsWith(`${logoutOf(UNIVERSITY)}?`)).toBe(true);
    expect(location).not.toContain(ada.token);
    const request = openRedirect(location, certificate);
    expect(request.kind).toBe('LogoutRequest');
    expect(request.xml).toContain('>ada<');
    expect(request.xml).toContain('>_s<');
    expect(request.xml).toContain('nameid-format:persistent');
    expect(request.xml).toContain(`Destination="${logoutOf(UNIVERSITY)}"`);

    const answer = { kind: 'LogoutResponse', inResponseTo: request.id } as const;
    expect((await send({ ...answer, by: COLLEGE })).status).toBe(401);
    expect(locationOf(await send(answer), 302)).toBe(DASHBOARD);
    expect((await send(answer)).status).toBe(401);
  });

  it('ends at the dashboard where the provider offers no more, and where there is no provider', async () => {
    const carl = await session(college, 'carl');
    expect(locationOf(await post(carl.token), 303)).toBe(DASHBOARD);
    expect(await carl.lives()).toBe(false);
    const dora = await session(university, 'dora');
    await university.publish(metadata(UNIVERSITY));
    expect(locationOf(await post(dora.token), 303)).toBe(DASHBOARD);
    expect(await dora.lives()).toBe(false);
    const { token } = await identity.member('eve');
    expect(locationOf(await post(token), 303)).toBe(DASHBOARD);
    expect((await identity.call('GET', '/v3/auth/projects', { token })).status).toBe(401);
  });

  it('is refused without a live token or for a dashboard that nobody trusts', async () => {
    const fay = await session(university, 'fay');
    expect((await post(fay.token, 'http://evil.test/')).status).toBe(401);
    expect((await post('forged')).status).toBe(401);
    expect((await identity.call('POST', LOGOUT, { form: { origin: DASHBOARD } })).status).toBe(400);
    expect((await identity.call('POST', LOGOUT, { form: { token: fay.token } })).status).toBe(400);
    expect(await fay.lives()).toBe(true);
  });
});

describe('a logout that begins at the provider', () => {
  const request = { kind: 'LogoutRequest', sessionIndexes: ['_s'] } as const;

  it('ends what hangs on the sessions that it names, and is answered', async () => {
    const gil = await session(university, 'gil');
    const other = await session(college, 'gil');
    await university.publish(withLogout(UNIVERSITY, ' ResponseLocation="http://university.test/answers"'));
    const location = locationOf(
      await send({ ...request, nameId: 'gil', relayState: 'a b&c!()*~+', id: '_request' }),
      302,
    );
    expect(await gil.lives()).toBe(false);
    expect(await other.lives()).toBe(true);
    expect(location.startsWith('http://university.test/answers?')).toBe(true);
    const response = openRedirect(location, certificate);
    expect(response.kind).toBe('LogoutResponse');
    expect(response.relayState).toBe('a b&c!()*~+');
    expect(response.xml).toContain('InResponseTo="_request"');
    expect(response.xml).toContain('status:Success');
  });

  it('ends all sessions of the person when it names none, and none when it names others', async () => {
    const [one, two] = [await session(university, 'hal'), await session(university, 'hal')];
    await send({ ...request, nameId: 'hal', sessionIndexes: ['_other'] });
    expect([await one.lives(), await two.lives()]).toEqual([true, true]);
    await send({ ...request, nameId: 'hal', sessionIndexes: [] });
    expect([await one.lives(), await two.lives()]).toEqual([false, false]);
    expect(await (await session(university, 'hal')).lives()).toBe(true);
  });

  const seconds = (from: number) => new Date(Date.now() + from * 1000).toISOString();
  const wrong: Record<string, Partial<LogoutMessageOptions>> = {
    'signed by nobody': { unsigned: true },
    'signed by a foreign key': { signer: 'impostor' },
    'signed with rsa-sha1': { sha1: true },
    'signed by another organisation': { signer: 'college' },
    'of another organisation': { by: COLLEGE },
    'in the name of another organisation': { by: COLLEGE, issuer: UNIVERSITY.entityId },
    'of nobody known': { issuer: 'http://elsewhere.test/saml' },
    'for another address': { destination: 'http://elsewhere.test/slo' },
    'from long ago': { issueInstant: seconds(-600) },
    'from the future': { issueInstant: seconds(600) },
    'past its end': { notOnOrAfter: seconds(-60) },
    'changed after it was signed': { tamper: (query) => query.replace(/RelayState=[^&]*/, 'RelayState=other') },
    'with a parameter that hides another': { tamper: (query) => `xSAMLRequest=y&${query}&SAMLResponse=z` },
    'with a DOCTYPE': { doctype: true },
    'too large': { nameId: 'x'.repeat(100_000) },
    'of another kind': { tamper: (query) => query.replace('SAMLRequest=', 'SAMLResponse=') },
  };
  it.each(Object.entries(wrong))('is refused %s, and ends nothing', async (_, options) => {
    const ivy = await session(university, 'ivy');
    const answer = await send({ ...request, nameId: 'ivy', relayState: 'here', ...options });
    expect(answer.status).toBe(401);
    expect(answer.body.error.message).toBe('The login was refused.');
    expect(await ivy.lives()).toBe(true);
  });

  it('is refused a second time, even many times at once', async () => {
    await session(university, 'jan');
    const id = `_${randomUUID()}`;
    const tries = await Promise.all(Array.from({ length: 6 }, () => send({ ...request, nameId: 'jan', id })));
    expect(tries.map(({ status }) => status).sort()).toEqual([302, 401, 401, 401, 401, 401]);
  });

  it('is refused when it is no message, and when the provider offers no logout or is disabled', async () => {
    for (const query of ['', '?SAMLRequest=%', '?SAMLRequest=AAAA', '?SAMLResponse=', '?RelayState=x']) {
      expect((await identity.call('GET', SLO + query)).status).toBe(401);
    }
    expect((await send({ ...request, tamper: (query) => `${query}&SAMLRequest=x` })).status).toBe(400);
    expect((await send({ ...request, nameId: 'kim', by: COLLEGE })).status).toBe(401);
    const enable = (enabled: boolean) =>
      identity.admin('PATCH', university.provider, { identity_provider: { enabled } });
    await enable(false);
    expect((await send({ ...request, nameId: 'kim' })).status).toBe(401);
    await enable(true);
    expect((await send({ ...request, nameId: 'kim' })).status).toBe(302);
  });
});
