import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HomeOrganisation } from './home-organisation.js';
import { IdentityProcess } from './identity-process.js';
import {
  aggregate,
  certificateOf,
  COLLEGE,
  metadata,
  signedAggregate,
  signedMetadata,
  UNIVERSITY,
} from './university.js';

let identity: IdentityProcess;
let home: HomeOrganisation;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  const rules = [{ local: [{ user: { name: '{0}' } }], remote: [{ type: 'REMOTE_USER' }] }];
  home = await HomeOrganisation.register(identity, UNIVERSITY, () => rules);
});
afterAll(() => identity.stop());

const until = (seconds: number): string => ` validUntil="${new Date(Date.now() + seconds * 1000).toISOString()}"`;
const service = metadata({ ...UNIVERSITY, entityId: 'http://service.test' }).replaceAll('IDPSSO', 'SPSSO');
const members = [service, metadata(COLLEGE), metadata(UNIVERSITY)];
async function refused(text: string): Promise<string> {
  const answer = await home.publish(text);
  expect(answer.status).toBe(400);
  return answer.body.error.message as string;
}

describe('a federation’s aggregate', () => {
  it('tells of the provider that is known by its entity id, wherever it stands', async () => {
    for (const text of [aggregate(members), aggregate([aggregate(members.slice(0, 1)), aggregate(members.slice(1))])]) {
      const imported = await home.publish(text);
      expect(imported.status, imported.text).toBe(200);
      expect(imported.body.identity_provider.remote_ids).toEqual([UNIVERSITY.entityId]);
      expect((await home.login()).status).toBe(201);
    }
  });

  it('has one of that name and not two, nor another in its place', async () => {
    expect(await refused(aggregate([metadata(COLLEGE)]))).toContain('none');
    expect(await refused(aggregate([service]))).toContain('none');
    expect(await refused(aggregate([...members, metadata(UNIVERSITY, ['impostor'])]))).toContain('more than one');
    expect(await refused(aggregate([]))).toContain('none');
    expect((await home.login()).status).toBe(201);
  });

  it('tells a provider without metadata of the remote id that it was given', async () => {
    const route = '/v3/OS-FEDERATION/identity_providers/college';
    const put = (text: string) => identity.call('PUT', `${route}/metadata`, { token: identity.adminToken, text });
    await identity.admin('PUT', route, { identity_provider: { enabled: true } });
    expect((await put(aggregate(members))).status).toBe(400);
    await identity.admin('PATCH', route, { identity_provider: { remote_ids: [COLLEGE.entityId] } });
    const imported = await put(aggregate(members));
    expect([imported.status, imported.body.identity_provider.saml.entity_id]).toEqual([200, COLLEGE.entityId]);
  });

  it('holds until it says, or what is in it', async () => {
    expect(await refused(aggregate(members, until(-1)))).toContain('expired');
    const inner = aggregate([aggregate(members, until(-1))], until(3600));
    expect(await refused(inner)).toContain('expired');
    const imported = await home.publish(aggregate([aggregate(members, until(60))], until(3600)));
    const end = Date.parse(imported.body.identity_provider.saml.valid_until as string);
    expect(end).toBeLessThan(Date.now() + 61_000);
  });

  it('is signed as a whole by the pinned signer', async () => {
    const source = { metadata_source: { signing_certificates: [certificateOf('college')] } };
    expect((await identity.admin('PUT', `${home.provider}/metadata_source`, source)).status).toBe(200);
    const signed = signedAggregate(aggregate(members), 'college');
    expect((await home.publish(signed)).status).toBe(200);
    expect((await home.login()).status).toBe(201);
    expect(await refused(aggregate(members))).toContain('not signed');
    expect(await refused(signedAggregate(aggregate(members), 'impostor'))).toContain('pinned');
    // That one of its members is signed says nothing of the rest.
    expect(await refused(aggregate([signedMetadata(metadata(UNIVERSITY), 'college')]))).toContain('not signed');
    expect(await refused(signed.replace(UNIVERSITY.ssoUrl, 'http://evil.test/sso'))).toContain('pinned');
    const added = metadata(UNIVERSITY, ['impostor']).replace('<?xml version="1.0"?>', '');
    expect(await refused(signed.replace(/(<md:EntitiesDescriptor[^>]*>)/, `$1${added}`))).toContain('pinned');
  });
});
