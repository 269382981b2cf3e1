import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, DASHBOARD, IdentityProcess } from './identity-process.js';
import { type AnswerOptions, metadata, requestOf, samlResponse, SSO_URL } from './university.js';

let identity: IdentityProcess;
let domainId: string;

const BEGIN = '/v3/auth/OS-FEDERATION/identity_providers/university/protocols/saml2/websso';
const ACS = '/v3/OS-FEDERATION/saml2/acs/university';
const PROVIDER = '/v3/OS-FEDERATION/identity_providers/university';

const rules = (domain: string) => [
  {
    local: [
      { user: { name: '{0}', email: '{1}' }, group: { name: 'researchers', domain: { id: domain } } },
      { projects: [{ name: 'lab', roles: [{ name: 'member' }] }] },
    ],
    remote: [{ type: 'REMOTE_USER' }, { type: 'mail' }, { type: 'affiliation', any_one_of: ['researcher'] }],
  },
];

beforeAll(async () => {
  identity = await IdentityProcess.start();
  const domain = await identity.admin('POST', '/v3/domains', { domain: { name: 'University' } });
  domainId = domain.body.domain.id as string;
  await identity.admin('POST', '/v3/groups', { group: { name: 'researchers', domain_id: domainId } });
  const provider = { identity_provider: { enabled: true, domain_id: domainId, remote_ids: [] } };
  expect((await identity.admin('PUT', PROVIDER, provider)).status).toBe(201);
  const mapping = { mapping: { rules: rules(domainId) } };
  expect((await identity.admin('PUT', '/v3/OS-FEDERATION/mappings/university', mapping)).status).toBe(201);
  const protocol = { protocol: { mapping_id: 'university' } };
  expect((await identity.admin('PUT', `${PROVIDER}/protocols/saml2`, protocol)).status).toBe(201);
  const imported = await identity.call('PUT', `${PROVIDER}/metadata`, {
    token: identity.adminToken,
    text: metadata('university'),
  });
  expect(imported.body.identity_provider.saml).toMatchObject({ sso_url: SSO_URL, certificates: 1 });
});
afterAll(() => identity.stop());

interface Begun {
  readonly id: string;
  readonly acsUrl: string;
  readonly audience: string;
  /** What the browser sends back to identity. */
  readonly cookie: string;
}

async function begin(query = ''): Promise<Begun> {
  const answer = await identity.call('GET', BEGIN + query);
  expect(answer.status).toBe(302);
  const location = answer.headers.get('location') ?? '';
  expect(location.startsWith(SSO_URL)).toBe(true);
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  return { ...requestOf(location), audience: `${identity.url}/v3/OS-FEDERATION/saml2/metadata`, cookie };
}

/** The provider's answer, by a post from another site: no cookie of identity comes along. */
const post = (response: string) => identity.call('POST', ACS, { form: { SAMLResponse: response } });

/** The redirect that follows the post, as a browser with this cookie takes it. */
function follow(answer: Answer, cookie: string) {
  expect(answer.status).toBe(303);
  const location = answer.headers.get('location') ?? '';
  expect(location.startsWith(`${identity.url}/v3/OS-FEDERATION/saml2/login?code=`)).toBe(true);
  return identity.call('GET', location.slice(identity.url.length), { headers: { cookie } });
}

async function finish(response: string, cookie = ''): Promise<Answer> {
  const answer = await post(response);
  return answer.status === 303 ? follow(answer, cookie) : answer;
}

/** A whole login, right but for what `wrong` says. */
async function login(wrong: Partial<AnswerOptions> = {}, query = '') {
  const { id, acsUrl, audience, cookie } = await begin(query);
  return finish(samlResponse({ inResponseTo: id, acsUrl, audience, ...wrong }), cookie);
}

describe('a browser login', () => {
  it('gives an unscoped token, a user of the provider’s domain, group and project', async () => {
    const answer = await login();
    expect(answer.status).toBe(201);
    const token = answer.headers.get('x-subject-token') ?? '';
    expect(answer.body.token.user).toMatchObject({
      name: 'ada',
      domain: { id: domainId },
      'OS-FEDERATION': { identity_provider: { id: 'university' }, protocol: { id: 'saml2' } },
    });
    expect(answer.body.token.user['OS-FEDERATION'].groups).toHaveLength(1);
    const projects = await identity.call('GET', '/v3/OS-FEDERATION/projects', { token });
    expect(projects.body.projects).toMatchObject([{ name: 'lab', domain_id: domainId }]);
    const scoped = await identity.authenticate(
      { methods: ['token'], token: { id: token } },
      { project: { name: 'lab', domain: { id: domainId } } },
    );
    expect(scoped.body.token.roles.map((role: { name: string }) => role.name)).toEqual(['member', 'reader']);
    const again = await login();
    expect(again.body.token.user.id).toBe(answer.body.token.user.id);
  });

  it('posts the token to a trusted dashboard, and to no other', async () => {
    const answer = await login({}, `?origin=${encodeURIComponent(DASHBOARD)}`);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(`action="${DASHBOARD}"`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    for (const origin of ['http://evil.test/', `${DASHBOARD}.evil.test`, `${DASHBOARD}/../x`]) {
      expect((await identity.call('GET', `${BEGIN}?origin=${encodeURIComponent(origin)}`)).status).toBe(401);
    }
  });

  it('publishes metadata with the consumer service of the provider', async () => {
    const answer = await identity.call('GET', '/v3/OS-FEDERATION/saml2/metadata');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(`Location="${identity.url}${ACS}"`);
  });

  it('takes both keys while the provider changes its certificate', async () => {
    const route = `${PROVIDER}/metadata`;
    const put = (...names: string[]) =>
      identity.call('PUT', route, { token: identity.adminToken, text: metadata(...names) });
    expect((await put('impostor', 'university')).status).toBe(200);
    expect((await login({ signer: 'impostor' })).status).toBe(201);
    expect((await login()).status).toBe(201);
    expect((await put('university')).status).toBe(200);
  });
});

describe('the token', () => {
  const answered = async (begun: Begun) =>
    post(samlResponse({ inResponseTo: begun.id, acsUrl: begun.acsUrl, audience: begun.audience }));

  it('is for the browser that began the login: a planted answer logs nobody in', async () => {
    const [attacker, victim] = [await begin(), await begin()];
    for (const cookie of ['', victim.cookie, `${attacker.cookie.split('=')[0] ?? ''}=forged`]) {
      const again = await begin();
      const refused = await follow(await answered(again), cookie);
      expect(refused.status).toBe(401);
      expect(refused.body.error.message).toBe('The login was refused.');
      expect(refused.headers.get('x-subject-token')).toBeNull();
    }
    const refused = await answered(attacker);
    expect((await follow(refused, victim.cookie)).status).toBe(401);
    // Shown in a wrong browser, the code is spent for the right one too.
    expect((await follow(refused, attacker.cookie)).status).toBe(401);
    expect((await follow(await answered(victim), victim.cookie)).status).toBe(201);
  });

  it('is given once for a code, and for no other code', async () => {
    const begun = await begin();
    const answer = await answered(begun);
    const tries = await Promise.all(Array.from({ length: 6 }, () => follow(answer, begun.cookie)));
    expect(tries.map(({ status }) => status).sort()).toEqual([201, 401, 401, 401, 401, 401]);
    const login = '/v3/OS-FEDERATION/saml2/login';
    expect((await identity.call('GET', `${login}?code=${'a'.repeat(43)}`)).status).toBe(401);
    expect((await identity.call('GET', `${login}?code=short`)).status).toBe(400);
    expect((await identity.call('GET', login)).status).toBe(400);
  });

  it('ends the cookie, and two logins of one browser do not end each other', async () => {
    const [one, two] = [await begin(), await begin()];
    const both = `${one.cookie}; ${two.cookie}`;
    const first = await follow(await answered(one), both);
    expect(first.status).toBe(201);
    expect(first.headers.get('set-cookie')).toMatch(/^ocx-login-[0-9a-f]{16}=; Path=\/; Max-Age=0;/);
    expect((await follow(await answered(two), both)).status).toBe(201);
  });

  it('comes to many first logins at once that share a new project', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `fresher-${String(index)}`);
    const route = '/v3/OS-FEDERATION/mappings/university';
    const [rule] = rules(domainId);
    const local = [...(rule?.local.slice(0, 1) ?? []), { projects: [{ name: 'course', roles: [{ name: 'member' }] }] }];
    await identity.admin('PATCH', route, { mapping: { rules: [{ ...rule, local }] } });
    const answers = await Promise.all(names.map((name) => login({ name })));
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201));
    const projects = await identity.admin('GET', '/v3/projects?name=course');
    expect(projects.body.projects).toHaveLength(1);
    await identity.admin('PATCH', route, { mapping: { rules: rules(domainId) } });
  });
});

describe('a login is refused', () => {
  const cases: Record<string, Partial<AnswerOptions>> = {
    'with an unsigned response': { signResponse: false },
    'with an unsigned assertion': { signAssertion: false },
    'without any signature': { signResponse: false, signAssertion: false },
    'signed by a foreign key': { signer: 'impostor' },
    'signed with rsa-sha1': { sha1: true },
    'with a DOCTYPE': { doctype: true },
    'for another Recipient': { recipient: 'http://elsewhere.test/acs' },
    'for another Destination': { destination: 'http://elsewhere.test/acs' },
    'by another Issuer': { issuer: 'http://elsewhere.test/saml' },
    'for another audience': { audience: 'http://elsewhere.test/metadata' },
    'with an expired SubjectConfirmation': { confirmationSeconds: -120 },
    'with expired Conditions': { conditionsSeconds: -120 },
    'without InResponseTo in the Response': { responseInResponseTo: null },
    'without InResponseTo in the SubjectConfirmation': { confirmationInResponseTo: null },
    'to a request that nobody made': { inResponseTo: '_0123456789' },
    'with a changed name': { tamper: (xml) => xml.replace('>ada<', '>eve<') },
    'with a second assertion': {
      tamper: (xml) =>
        xml.replace(
          '</samlp:Response>',
          `${/<saml:Assertion.*<\/saml:Assertion>/s.exec(xml)?.[0] ?? ''}</samlp:Response>`,
        ),
    },
  };

  it.each(Object.entries(cases))('%s', async (_, wrong) => {
    const answer = await login(wrong);
    expect(answer.status).toBe(401);
    expect(answer.body.error).toMatchObject({ code: 401, title: 'Unauthorized', message: 'The login was refused.' });
    expect(answer.headers.get('x-subject-token')).toBeNull();
  });

  it('when the same answer comes again, even many times at once', async () => {
    const { id, acsUrl, audience, cookie } = await begin();
    const response = samlResponse({ inResponseTo: id, acsUrl, audience });
    const answers = await Promise.all(Array.from({ length: 8 }, () => finish(response, cookie)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 401, 401, 401, 401, 401, 401, 401]);
    expect((await finish(response, cookie)).status).toBe(401);
  });

  it('when the answer is malformed, missing or of another binding', async () => {
    expect((await finish('%%%')).status).toBe(401);
    expect((await identity.call('POST', ACS, { form: { RelayState: 'x' } })).status).toBe(400);
    expect((await identity.call('GET', `${BEGIN}?SAMLResponse=x`)).status).toBe(400);
    expect((await identity.call('POST', ACS.replace('university', 'nobody'), { form: {} })).status).toBe(404);
  });

  it('when the user was disabled here', async () => {
    const first = await login({ name: 'bert' });
    const userId = first.body.token.user.id as string;
    await identity.admin('PATCH', `/v3/users/${userId}`, { user: { enabled: false } });
    expect((await login({ name: 'bert' })).status).toBe(401);
  });

  it('when the mapping reaches into another domain', async () => {
    const route = '/v3/OS-FEDERATION/mappings/university';
    const outside = await identity.admin('POST', '/v3/groups', { group: { name: 'outside' } });
    const foreign = [
      { user: { name: '{0}' }, group: { id: outside.body.group.id as string } },
      { user: { name: '{0}', domain: { id: 'default' } } },
      { user: { name: '{0}', type: 'local' } },
    ];
    for (const local of foreign) {
      const mapping = { rules: [{ local: [local], remote: [{ type: 'REMOTE_USER' }] }] };
      expect((await identity.admin('PATCH', route, { mapping })).status).toBe(200);
      expect((await login({ name: 'carl' })).status).toBe(403);
    }
    await identity.admin('PATCH', route, { mapping: { rules: rules(domainId) } });
    const users = await identity.admin('GET', '/v3/users?name=carl');
    expect(users.body.users).toEqual([]);
  });
});

describe('metadata', () => {
  it('is refused with a DOCTYPE, without certificate, or when it is no metadata', async () => {
    const put = (text: string) => identity.call('PUT', `${PROVIDER}/metadata`, { token: identity.adminToken, text });
    const good = metadata('university');
    expect((await put(good.replace('<md:Entity', '<!DOCTYPE x [<!ENTITY a "b">]><md:Entity'))).status).toBe(400);
    expect((await put(metadata())).status).toBe(400);
    expect((await put('<html/>')).status).toBe(400);
    expect((await put('garbage')).status).toBe(400);
  });
});
