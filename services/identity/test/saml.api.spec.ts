import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Begun, HomeOrganisation } from './home-organisation.js';
import { DASHBOARD, IdentityProcess } from './identity-process.js';
import { type AnswerOptions, metadata, UNIVERSITY } from './university.js';

let identity: IdentityProcess;
let home: HomeOrganisation;

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
  home = await HomeOrganisation.register(identity, UNIVERSITY, rules);
  await identity.admin('POST', '/v3/groups', { group: { name: 'researchers', domain_id: home.domainId } });
});
afterAll(() => identity.stop());

describe('a browser login', () => {
  it('gives an unscoped token, a user of the provider’s domain, group and project', async () => {
    const answer = await home.login();
    expect(answer.status).toBe(201);
    const token = answer.headers.get('x-subject-token') ?? '';
    expect(answer.body.token.user).toMatchObject({
      name: 'ada',
      domain: { id: home.domainId },
      'OS-FEDERATION': { identity_provider: { id: 'university' }, protocol: { id: 'saml2' } },
    });
    expect(answer.body.token.user['OS-FEDERATION'].groups).toHaveLength(1);
    const projects = await identity.call('GET', '/v3/OS-FEDERATION/projects', { token });
    expect(projects.body.projects).toMatchObject([{ name: 'lab', domain_id: home.domainId }]);
    const scoped = await identity.authenticate(
      { methods: ['token'], token: { id: token } },
      { project: { name: 'lab', domain: { id: home.domainId } } },
    );
    expect(scoped.body.token.roles.map((role: { name: string }) => role.name)).toEqual(['member', 'reader']);
    const again = await home.login();
    expect(again.body.token.user.id).toBe(answer.body.token.user.id);
  });

  it('begins by a post as well, which says nothing', async () => {
    const route = `${home.provider}/protocols/saml2/auth`;
    for (const path of [route, home.beginning]) {
      const forms: Record<string, string>[] = [
        {},
        { SAMLResponse: home.answer(await home.begin()) },
        { SAMLRequest: 'x' },
      ];
      for (const form of forms) {
        const answer = await identity.call('POST', path, { form });
        expect([answer.status, answer.headers.get('location')?.startsWith(UNIVERSITY.ssoUrl)]).toEqual([302, true]);
      }
    }
    expect((await identity.call('POST', `${route}?SAMLResponse=x`, { form: {} })).status).toBe(400);
    expect((await identity.call('POST', `${home.provider}/protocols/none/auth`, { form: {} })).status).toBe(404);
    const choice = `/v3/auth/OS-FEDERATION/websso/saml2?origin=${encodeURIComponent(DASHBOARD)}`;
    const chosen = await identity.call('POST', choice, { form: {} });
    expect([chosen.status, chosen.headers.get('location')]).toEqual([
      302,
      `${identity.url}${home.beginning}?origin=${encodeURIComponent(DASHBOARD)}`,
    ]);
  });

  it('posts the token to a trusted dashboard, and to no other', async () => {
    const answer = await home.login({}, `?origin=${encodeURIComponent(DASHBOARD)}`);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(`action="${DASHBOARD}"`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    for (const origin of ['http://evil.test/', `${DASHBOARD}.evil.test`, `${DASHBOARD}/../x`]) {
      expect((await identity.call('GET', `${home.beginning}?origin=${encodeURIComponent(origin)}`)).status).toBe(401);
    }
  });

  it('publishes metadata with the consumer service of the provider', async () => {
    const answer = await identity.call('GET', '/v3/OS-FEDERATION/saml2/metadata');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(`Location="${identity.url}${home.acs}"`);
    expect((await identity.call('GET', '/v3/OS-FEDERATION/saml2/metadata')).text).toBe(answer.text);
  });

  it('takes both keys while the provider changes its certificate', async () => {
    expect((await home.publish(metadata(UNIVERSITY, ['impostor', 'university']))).status).toBe(200);
    expect((await home.login({ signer: 'impostor' })).status).toBe(201);
    expect((await home.login()).status).toBe(201);
    expect((await home.publish(metadata(UNIVERSITY))).status).toBe(200);
  });
});

describe('somebody of a home organisation', () => {
  const scope = () => ({ project: { name: 'lab', domain: { id: home.domainId } } });
  const again = (method: string, id: string, wanted?: object) =>
    identity.authenticate({ methods: [method], [method]: { id } }, wanted);

  it('sees the projects and domains that they may go to, by either address', async () => {
    const token = (await home.login()).headers.get('x-subject-token') ?? '';
    const groups = await identity.admin('GET', `/v3/groups?name=researchers&domain_id=${home.domainId}`);
    const group = groups.body.groups[0].id as string;
    const grant = `/v3/domains/${home.domainId}/groups/${group}/roles/${await identity.roleId('reader')}`;
    expect((await identity.admin('PUT', grant)).status).toBe(204);
    for (const at of ['/v3/auth', '/v3/OS-FEDERATION']) {
      const { body } = await identity.call('GET', `${at}/projects`, { token });
      expect(body).toMatchObject({ projects: [{ name: 'lab' }], links: { self: `${identity.url}${at}/projects` } });
      const domains = await identity.call('GET', `${at}/domains`, { token });
      expect(domains.body).toMatchObject({
        domains: [{ id: home.domainId }],
        links: { self: `${identity.url}${at}/domains` },
      });
    }
    const inDomain = await again('saml2', token, { domain: { id: home.domainId } });
    expect([inDomain.status, inDomain.body.token.domain.id]).toEqual([201, home.domainId]);
    expect((await identity.admin('DELETE', grant)).status).toBe(204);
  });

  it.each(['token', 'mapped', 'saml2'])(
    'goes on from an unscoped token by the method %s, and no longer',
    async (method) => {
      const login = await home.login();
      const token = login.headers.get('x-subject-token') ?? '';
      const scoped = await again(method, token, scope());
      expect(scoped.status, scoped.text).toBe(201);
      expect(scoped.body.token).toMatchObject({
        methods: [...new Set([method, 'saml2'])],
        user: { id: login.body.token.user.id as string, 'OS-FEDERATION': { identity_provider: { id: 'university' } } },
        project: { name: 'lab' },
        audit_ids: [expect.any(String), login.body.token.audit_ids[0]],
        expires_at: login.body.token.expires_at as string,
      });
      const back = await again(method, scoped.headers.get('x-subject-token') ?? '');
      expect([back.status, back.body.token.project]).toEqual([201, undefined]);
      expect((await again(method, token, { system: { all: true } })).status).toBe(401);
    },
  );

  it.each(['mapped', 'saml2'])('and nobody else goes on by the method %s', async (method) => {
    expect((await again(method, identity.adminToken)).status).toBe(404);
    expect((await again(method, 'forged')).status).toBe(404);
    expect((await identity.authenticate({ methods: [method] })).status).toBe(400);
    const token = (await home.login()).headers.get('x-subject-token') ?? '';
    await identity.admin('PATCH', home.provider, { identity_provider: { enabled: false } });
    expect((await again(method, token, scope())).status).toBe(404);
    await identity.admin('PATCH', home.provider, { identity_provider: { enabled: true } });
    expect((await again(method, token, scope())).status).toBe(404);
  });
});

describe('the token', () => {
  const answered = async (begun: Begun) => home.post(home.answer(begun));

  it('is for the browser that began the login: a planted answer logs nobody in', async () => {
    const [attacker, victim] = [await home.begin(), await home.begin()];
    for (const cookie of ['', victim.cookie, `${attacker.cookie.split('=')[0] ?? ''}=forged`]) {
      const again = await home.begin();
      const refused = await home.follow(await answered(again), cookie);
      expect(refused.status).toBe(401);
      expect(refused.body.error.message).toBe('The login was refused.');
      expect(refused.headers.get('x-subject-token')).toBeNull();
    }
    const refused = await answered(attacker);
    expect((await home.follow(refused, victim.cookie)).status).toBe(401);
    // Shown in a wrong browser, the code is spent for the right one too.
    expect((await home.follow(refused, attacker.cookie)).status).toBe(401);
    expect((await home.follow(await answered(victim), victim.cookie)).status).toBe(201);
  });

  it('is given once for a code, and for no other code', async () => {
    const begun = await home.begin();
    const answer = await answered(begun);
    const tries = await Promise.all(Array.from({ length: 6 }, () => home.follow(answer, begun.cookie)));
    expect(tries.map(({ status }) => status).sort()).toEqual([201, 401, 401, 401, 401, 401]);
    const login = '/v3/OS-FEDERATION/saml2/login';
    expect((await identity.call('GET', `${login}?code=${'a'.repeat(43)}`)).status).toBe(401);
    expect((await identity.call('GET', `${login}?code=short`)).status).toBe(400);
    expect((await identity.call('GET', login)).status).toBe(400);
  });

  it('ends the cookie, and two logins of one browser do not end each other', async () => {
    const [one, two] = [await home.begin(), await home.begin()];
    const both = `${one.cookie}; ${two.cookie}`;
    const first = await home.follow(await answered(one), both);
    expect(first.status).toBe(201);
    expect(first.headers.get('set-cookie')).toMatch(/^ocx-login-[0-9a-f]{16}=; Path=\/; Max-Age=0;/);
    expect((await home.follow(await answered(two), both)).status).toBe(201);
  });

  it('comes to many first logins at once that share a new project', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `fresher-${String(index)}`);
    const [rule] = rules(home.domainId);
    const local = [...(rule?.local.slice(0, 1) ?? []), { projects: [{ name: 'course', roles: [{ name: 'member' }] }] }];
    await home.map([{ ...rule, local }]);
    const answers = await Promise.all(names.map((name) => home.login({ name })));
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201));
    const projects = await identity.admin('GET', '/v3/projects?name=course');
    expect(projects.body.projects).toHaveLength(1);
    await home.map(rules(home.domainId));
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
    const answer = await home.login(wrong);
    expect(answer.status).toBe(401);
    expect(answer.body.error).toMatchObject({ code: 401, title: 'Unauthorized', message: 'The login was refused.' });
    expect(answer.headers.get('x-subject-token')).toBeNull();
  });

  it('when the same answer comes again, even many times at once', async () => {
    const begun = await home.begin();
    const { cookie } = begun;
    const response = home.answer(begun);
    const answers = await Promise.all(Array.from({ length: 8 }, () => home.finish(response, cookie)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 401, 401, 401, 401, 401, 401, 401]);
    expect((await home.finish(response, cookie)).status).toBe(401);
  });

  it('when the answer is malformed, missing or of another binding', async () => {
    expect((await home.finish('%%%')).status).toBe(401);
    expect((await identity.call('POST', home.acs, { form: { RelayState: 'x' } })).status).toBe(400);
    expect((await identity.call('GET', `${home.beginning}?SAMLResponse=x`)).status).toBe(400);
    expect((await identity.call('POST', home.acs.replace('university', 'nobody'), { form: {} })).status).toBe(404);
  });

  it('when the user was disabled here', async () => {
    const first = await home.login({ name: 'bert' });
    const userId = first.body.token.user.id as string;
    await identity.admin('PATCH', `/v3/users/${userId}`, { user: { enabled: false } });
    expect((await home.login({ name: 'bert' })).status).toBe(401);
  });

  it('when the mapping reaches into another domain', async () => {
    const outside = await identity.admin('POST', '/v3/groups', { group: { name: 'outside' } });
    const foreign = [
      { user: { name: '{0}' }, group: { id: outside.body.group.id as string } },
      { user: { name: '{0}', domain: { id: 'default' } } },
      { user: { name: '{0}', type: 'local', domain: { id: 'default' } } },
    ];
    for (const local of foreign) {
      await home.map([{ local: [local], remote: [{ type: 'REMOTE_USER' }] }]);
      expect((await home.login({ name: 'carl' })).status).toBe(403);
    }
    await home.map(rules(home.domainId));
    const users = await identity.admin('GET', '/v3/users?name=carl');
    expect(users.body.users).toEqual([]);
  });
});
