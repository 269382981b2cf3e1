import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, IdentityProcess } from './identity-process.js';

let identity: IdentityProcess;
let ada: { userId: string; projectId: string; token: string };
let bob: { userId: string; projectId: string; token: string };

beforeAll(async () => {
  identity = await IdentityProcess.start();
  ada = await identity.member('ada');
  bob = await identity.member('bob');
});
afterAll(() => identity.stop());

const as = (who: { token: string }, method: string, route: string, json?: unknown): Promise<Answer> =>
  identity.call(method, route, { token: who.token, json });
const store = (who: { token: string }, credential: object): Promise<Answer> =>
  as(who, 'POST', '/v3/credentials', { credential });
const keyBlob = (access: string): string => JSON.stringify({ access, secret: `secret of ${access}` });
const idsOf = (answer: Answer): string[] => (answer.body.credentials as { id: string }[]).map(({ id }) => id);

describe('credentials', () => {
  it('live from creation to deletion, and ec2 ones are named by their access key', async () => {
    const made = await store(ada, { type: 'ec2', blob: keyBlob('one'), project_id: ada.projectId });
    expect([made.status, made.body.credential]).toMatchObject([
      201,
      { user_id: ada.userId, project_id: ada.projectId, type: 'ec2', blob: keyBlob('one') },
    ]);
    const id = made.body.credential.id as string;
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(made.body.credential.links.self).toBe(`${identity.url}/v3/credentials/${id}`);
    expect((await store(ada, { type: 'ec2', blob: keyBlob('one'), project_id: ada.projectId })).status).toBe(409);
    const changed = await as(ada, 'PATCH', `/v3/credentials/${id}`, { credential: { blob: keyBlob('two') } });
    expect(changed.body.credential).toEqual({ ...made.body.credential, blob: keyBlob('two') });
    expect((await as(ada, 'GET', `/v3/credentials/${id}`)).body).toEqual(changed.body);
    expect((await as(ada, 'DELETE', `/v3/credentials/${id}`)).status).toBe(204);
    expect((await as(ada, 'GET', `/v3/credentials/${id}`)).status).toBe(404);
    expect((await as(ada, 'DELETE', `/v3/credentials/${id}`)).status).toBe(404);
  });

  it('are listed by user and by type, one’s own only, page by page', async () => {
    const cert = await store(ada, { type: 'cert', blob: 'any text' });
    const key = await store(bob, { type: 'ec2', blob: keyBlob('of bob'), project_id: bob.projectId });
    const [certId, keyId] = [cert.body.credential.id as string, key.body.credential.id as string];
    expect(cert.body.credential.project_id).toBeNull();
    expect(idsOf(await as(ada, 'GET', '/v3/credentials'))).toEqual([certId]);
    expect(idsOf(await as(ada, 'GET', `/v3/credentials?user_id=${bob.userId}`))).toEqual([]);
    expect(idsOf(await as(ada, 'GET', '/v3/credentials?type=ec2'))).toEqual([]);
    expect(idsOf(await identity.admin('GET', `/v3/credentials?type=ec2&user_id=${bob.userId}`))).toEqual([keyId]);
    const first = await identity.admin('GET', '/v3/credentials?limit=1');
    expect(first.body.truncated).toBe(true);
    const rest = await identity.admin('GET', (first.body.links.next as string).slice(identity.url.length));
    expect([...idsOf(first), ...idsOf(rest)].sort()).toEqual([certId, keyId].sort());
  });

  it('are nobody else’s', async () => {
    const made = await store(ada, { type: 'totp', blob: 'GEZDGNBVGY3TQOJQ' });
    const at = `/v3/credentials/${made.body.credential.id as string}`;
    expect((await as(bob, 'GET', at)).status).toBe(403);
    expect((await as(bob, 'PATCH', at, { credential: { blob: 'mine' } })).status).toBe(403);
    expect((await as(bob, 'DELETE', at)).status).toBe(403);
    expect((await store(bob, { type: 'totp', blob: 'x', user_id: ada.userId })).status).toBe(403);
    // Given away, it would let the giver in as the other.
    expect((await as(ada, 'PATCH', at, { credential: { user_id: bob.userId } })).status).toBe(403);
    expect((await identity.admin('GET', at)).body).toEqual(made.body);
  });

  it.each([
    ['a blob of ec2 that is no JSON', { type: 'ec2', blob: 'access' }, 400],
    ['a blob of ec2 without a secret', { type: 'ec2', blob: '{"access": "a"}' }, 400],
    ['a key that brings its own trust', { type: 'ec2', blob: '{"access":"a","secret":"b","trust_id":"c"}' }, 400],
    ['a key without a project', { type: 'ec2', blob: keyBlob('none'), project_id: null }, 400],
    ['a project that is not there', { type: 'ec2', blob: keyBlob('lost'), project_id: 'nowhere' }, 404],
    ['no type', { blob: 'x' }, 400],
    ['no blob', { type: 'cert' }, 400],
  ])('refuse %s', async (_, fields, status) => {
    expect((await store(ada, { project_id: ada.projectId, ...fields })).status).toBe(status);
  });

  it('refuse a user who is not there', async () => {
    const credential = { type: 'cert', blob: 'x', user_id: 'nobody' };
    expect((await identity.admin('POST', '/v3/credentials', { credential })).status).toBe(404);
  });

  it('are unreadable in the database, with a key that is its owner’s alone', async () => {
    await store(ada, { type: 'cert', blob: 'very secret' });
    const client = new pg.Client({ connectionString: identity.installation.databaseUrl });
    await client.connect();
    const { rows } = await client.query<{ sealed_blob: string }>('SELECT sealed_blob FROM credentials');
    await client.end();
    const directory = path.join(identity.installation.directory, 'data', 'credential-keys');
    const [file = ''] = await readdir(directory);
    expect((await stat(path.join(directory, file))).mode & 0o777).toBe(0o600);
    const { k } = JSON.parse(await readFile(path.join(directory, file), 'utf8')) as { k: string };
    for (const { sealed_blob } of rows) {
      expect(sealed_blob).not.toContain('secret');
      expect(sealed_blob).not.toContain(k);
    }
  });
});

describe('OAuth consumers', () => {
  const consumers = '/v3/OS-OAUTH1/consumers';

  it('tell their secret once', async () => {
    const made = await identity.admin('POST', consumers, { consumer: { description: 'a program' } });
    expect(made.status).toBe(201);
    const { secret, ...shown } = made.body.consumer as { id: string; secret: string };
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    const at = `${consumers}/${shown.id}`;
    expect((await identity.admin('GET', at)).body.consumer).toEqual(shown);
    expect((await identity.admin('GET', consumers)).body.consumers).toContainEqual(shown);
    const changed = await identity.admin('PATCH', at, { consumer: { description: 'another' } });
    expect(changed.body.consumer).toEqual({ ...shown, description: 'another' });
    expect((await identity.admin('PATCH', at, { consumer: { secret: 'mine' } })).status).toBe(400);
    expect((await identity.admin('DELETE', at)).status).toBe(204);
    expect((await identity.admin('GET', at)).status).toBe(404);
    expect((await identity.admin('PATCH', at, { consumer: {} })).status).toBe(404);
  });
});
