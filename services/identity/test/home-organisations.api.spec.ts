import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HomeOrganisation } from './home-organisation.js';
import { type Answer, DASHBOARD, IdentityProcess } from './identity-process.js';
import { COLLEGE, metadata, UNIVERSITY } from './university.js';

let identity: IdentityProcess;
let university: HomeOrganisation;
let college: HomeOrganisation;

const REMOTE = [{ type: 'REMOTE_USER' }];
const rules = [{ local: [{ user: { name: '{0}' } }], remote: REMOTE }];

beforeAll(async () => {
  identity = await IdentityProcess.start();
  university = await HomeOrganisation.register(identity, UNIVERSITY, () => rules);
  college = await HomeOrganisation.register(identity, COLLEGE, () => rules);
});
afterAll(() => identity.stop());

const userOf = (answer: Answer) => {
  expect(answer.status).toBe(201);
  return answer.body.token.user as { id: string; name: string; domain: { id: string } };
};
const usersNamed = async (name: string) =>
  (await identity.admin('GET', `/v3/users?name=${name}`)).body.users as { id: string; domain_id: string }[];

describe('two home organisations', () => {
  it('have each its own people, also of one name', async () => {
    const [one, other] = [userOf(await university.login()), userOf(await college.login())];
    expect(one.name).toBe(other.name);
    expect(one.id).not.toBe(other.id);
    expect([one.domain.id, other.domain.id]).toEqual([university.domainId, college.domainId]);
    expect(await usersNamed('ada')).toHaveLength(2);
  });

  it('have each its own groups and projects, also of one name', async () => {
    const groups = new Map<HomeOrganisation, string>();
    for (const home of [university, college]) {
      const group = { name: 'people', domain_id: home.domainId };
      groups.set(home, (await identity.admin('POST', '/v3/groups', { group })).body.group.id as string);
      const projects = [{ name: 'lab', roles: [{ name: 'member' }] }];
      const local = [{ user: { name: '{0}' }, group: { name: 'people', domain: { id: home.domainId } } }, { projects }];
      await home.map([{ local, remote: REMOTE }]);
    }
    const seen: string[] = [];
    for (const home of [university, college]) {
      const answer = await home.login();
      expect(answer.body.token.user['OS-FEDERATION'].groups).toEqual([{ id: groups.get(home) }]);
      const token = answer.headers.get('x-subject-token') ?? '';
      const { projects } = (await identity.call('GET', '/v3/auth/projects', { token })).body as {
        projects: { id: string; domain_id: string }[];
      };
      expect(projects.map(({ domain_id }) => domain_id)).toEqual([home.domainId]);
      seen.push(...projects.map(({ id }) => id));
      const theirs = home === university ? college : university;
      const scope = { project: { name: 'lab', domain: { id: theirs.domainId } } };
      const scoped = await identity.authenticate({ methods: ['token'], token: { id: token } }, scope);
      expect(scoped.status).toBe(401);
    }
    expect(new Set(seen).size).toBe(2);
    for (const home of [university, college]) await home.map(rules);
  });

  it('cannot share an entity id or a remote id', async () => {
    expect((await college.publish(metadata(UNIVERSITY))).status).toBe(409);
    const identity_provider = { remote_ids: [COLLEGE.entityId, UNIVERSITY.entityId] };
    expect((await identity.admin('PATCH', college.provider, { identity_provider })).status).toBe(409);
    const third = await identity.admin('PUT', '/v3/OS-FEDERATION/identity_providers/third', {
      identity_provider: { remote_ids: [UNIVERSITY.entityId] },
    });
    expect(third.status).toBe(409);
    userOf(await college.login());
  });
});

describe('a dashboard that names no organisation', () => {
  const choose = (origin: string, protocol = 'saml2') =>
    identity.call('GET', `/v3/auth/OS-FEDERATION/websso/${protocol}?origin=${encodeURIComponent(origin)}`);
  const beginning = (home: HomeOrganisation) =>
    `${identity.url}${home.beginning}?origin=${encodeURIComponent(DASHBOARD)}`;
  const change = (home: HomeOrganisation, fields: object) =>
    identity.admin('PATCH', home.provider, { identity_provider: fields });

  it('lets the person choose one', async () => {
    await change(college, { description: '<b>"College" & friends</b>' });
    const answer = await choose(DASHBOARD);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.text).not.toContain('<b>');
    const links = [...answer.text.matchAll(/<a href="([^"]+)">/g)].map(([, href = '']) =>
      href.replaceAll('&#38;', '&'),
    );
    expect(links).toEqual([beginning(college), beginning(university)]);
    for (const link of links) {
      expect((await identity.call('GET', link.slice(identity.url.length))).status).toBe(302);
    }
  });

  it('goes on at the only one', async () => {
    await change(college, { enabled: false });
    const answer = await choose(DASHBOARD);
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe(beginning(university));
    await change(college, { enabled: true });
  });

  it('is refused when nobody trusts it, and finds nobody for a protocol that none has', async () => {
    expect((await choose('http://evil.test/')).status).toBe(401);
    expect((await choose(DASHBOARD, 'openid')).status).toBe(404);
    expect((await identity.call('GET', '/v3/auth/OS-FEDERATION/websso/saml2')).status).toBe(400);
  });
});

describe('an assertion of one', () => {
  const refused = (answer: Answer) => {
    expect(answer.status).toBe(401);
    expect(answer.body.error.message).toBe('The login was refused.');
  };

  it('is refused at the other’s consumer service, whatever it says it is', async () => {
    const [mine, theirs] = [await university.begin(), await college.begin()];
    const byCollege = { by: COLLEGE };
    // As it was made; for the other's address; to the other's request; in the other's name.
    refused(await university.finish(college.answer(theirs), theirs.cookie));
    refused(await university.finish(college.answer(mine), mine.cookie));
    refused(await university.finish(university.answer(mine, byCollege), mine.cookie));
    refused(
      await university.finish(university.answer(mine, { ...byCollege, issuer: UNIVERSITY.entityId }), mine.cookie),
    );
    refused(await university.finish(university.answer({ ...mine, id: theirs.id }), mine.cookie));
    refused(await university.finish(university.answer(mine, { confirmationInResponseTo: theirs.id }), mine.cookie));
    refused(await university.finish(university.answer(mine, { responseInResponseTo: theirs.id }), mine.cookie));
    // What was refused spent nothing: both logins go on.
    userOf(await university.finish(university.answer(mine), mine.cookie));
    userOf(await college.finish(college.answer(theirs), theirs.cookie));
  });

  it('is refused when it names the other as its issuer, at its own consumer service too', async () => {
    refused(await college.login({ issuer: UNIVERSITY.entityId }));
    refused(await college.login({ signer: 'university' }));
    refused(await college.login({ by: UNIVERSITY }));
  });

  it('gives its token to the browser of that login only', async () => {
    const [mine, theirs] = [await university.begin(), await college.begin()];
    const answer = await university.post(university.answer(mine));
    expect((await university.follow(answer, theirs.cookie)).status).toBe(401);
  });
});

describe('a mapping of one', () => {
  const outside = async (what: object) => {
    await college.map([{ local: [what], remote: REMOTE }], '2.0');
    const answer = await college.login({ name: 'mallory' });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('x-subject-token')).toBeNull();
    await college.map(rules);
  };

  it('yields no user, group or project of the other, nor of the operator', async () => {
    const user = { name: '{0}' };
    const group = { name: 'secret', domain_id: university.domainId };
    const made = (await identity.admin('POST', '/v3/groups', { group })).body.group as { id: string };
    const victim = userOf(await university.login({ name: 'victim' }));
    const projects = [{ name: 'lab', roles: [{ name: 'member' }] }];
    for (const domain of [{ id: university.domainId }, { name: 'Domain of university' }, { id: 'default' }]) {
      await outside({ user: { ...user, domain } });
      await outside({ user, domain });
      await outside({ user, group: { name: 'secret', domain } });
      await outside({ user, groups: 'secret', domain });
      await outside({ user: { name: 'victim', type: 'local', domain } });
      await outside({ user, projects: [{ ...projects[0], domain }] });
    }
    await outside({ user, group: { id: made.id } });
    await outside({ user, group_ids: made.id });
    await outside({ user, groups: `JSON:${JSON.stringify({ name: 'secret', domain: { id: university.domainId } })}` });
    await outside({ user: { id: victim.id, type: 'local' } });
    expect(await usersNamed('mallory')).toEqual([]);
    expect((await identity.admin('GET', '/v3/projects?name=lab')).body.projects).toHaveLength(2);
  });

  it('makes nobody out of the other’s ids: who is called so is another user', async () => {
    const victim = userOf(await university.login({ name: 'victim' }));
    await college.map([{ local: [{ user: { id: '{0}', name: '{0}' } }], remote: REMOTE }]);
    const impostor = userOf(await college.login({ name: victim.id }));
    expect(impostor.id).not.toBe(victim.id);
    expect(impostor.domain.id).toBe(college.domainId);
    await college.map(rules);
  });

  it('is of no use once its provider is gone: its people are gone with it', async () => {
    const ada = userOf(await college.login());
    expect((await identity.admin('DELETE', college.provider)).status).toBe(204);
    expect((await identity.admin('GET', `/v3/users/${ada.id}`)).status).toBe(404);
    expect((await identity.call('GET', college.beginning)).status).toBe(404);
    userOf(await university.login());
  });
});
