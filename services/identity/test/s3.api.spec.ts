import { createHash, createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, IdentityProcess } from './identity-process.js';

interface Key {
  readonly access: string;
  readonly secret: string;
}

const DAY_MS = 86_400_000;
let identity: IdentityProcess;
let ada: { userId: string; projectId: string; token: string };
let key: Key;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  ada = await identity.member('ada');
  const at = `/v3/users/${ada.userId}/credentials/OS-EC2`;
  const made = await identity.call('POST', at, { token: ada.token, json: { tenant_id: ada.projectId } });
  key = made.body.credential as Key;
});
afterAll(() => identity.stop());

const exchange = (credentials: object, name = 'credentials'): Promise<Answer> =>
  identity.admin('POST', '/v3/s3tokens', { [name]: credentials });
const base64 = (text: string, encoding: 'base64' | 'base64url' = 'base64'): string =>
  Buffer.from(text).toString(encoding);

/** What an S3 service passes on of a request that was signed by version 2: text and signature. */
function versionTwo({ access, secret }: Key, text = 'GET\n\n\nSat, 21 Nov 2026 23:00:00 GMT\n/bucket/key?x=>>') {
  return { access, token: base64(text), signature: createHmac('sha1', secret).update(text).digest('base64') };
}

interface Four {
  readonly age?: number;
  readonly service?: string;
  readonly scopeDate?: string;
  readonly more?: string;
  readonly encoding?: 'base64' | 'base64url';
}

function versionFour({ access, secret }: Key, { age = 0, service = 's3', scopeDate, more = '', encoding }: Four = {}) {
  const time = new Date(Date.now() - age).toISOString().replace(/[-:]|\.\d+/g, '');
  const date = scopeDate ?? time.slice(0, 8);
  const canonical = createHash('sha256').update('GET\n/bucket/key').digest('hex');
  const text = `AWS4-HMAC-SHA256\n${time}\n${date}/region/${service}/aws4_request\n${canonical}${more}`;
  const signing = [date, 'region', service, 'aws4_request'].reduce<string | Buffer>(
    (before, part) => createHmac('sha256', before).update(part).digest(),
    `AWS4${secret}`,
  );
  const signature = createHmac('sha256', signing).update(text).digest('hex');
  return { access, token: base64(text, encoding), signature };
}

describe('a request at an S3 service', () => {
  it.each([
    ['version 2', () => versionTwo(key), 'credentials'],
    ['version 4', () => versionFour(key), 'credentials'],
    ['version 4, in the alphabet of addresses', () => versionFour(key, { encoding: 'base64url' }), 'credential'],
    ['version 4, of an address signed days ago', () => versionFour(key, { age: 6 * DAY_MS }), 'ec2Credentials'],
    ['version 4, for keys of the store', () => versionFour(key, { service: 'sts' }), 'credentials'],
    [
      'version 2, with its time',
      () => ({ ...versionTwo(key), headers: { 'X-Amz-Date': new Date().toISOString() } }),
      'credentials',
    ],
  ])('signed by %s tells the service whose it is, and gives it no token', async (_, request, name) => {
    const answer = await exchange(request(), name);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body.token).toMatchObject({
      methods: ['ec2credential'],
      user: { id: ada.userId, name: 'ada', domain: { id: 'default' } },
      project: { id: ada.projectId, domain: { id: 'default' } },
      roles: [{ name: 'member' }, { name: 'reader' }],
      catalog: expect.any(Array) as unknown,
    });
    expect(answer.headers.get('x-subject-token')).toBeNull();
  });

  it.each([
    ['another secret', () => versionFour({ ...key, secret: 'guessed' })],
    ['another secret in version 2', () => versionTwo({ ...key, secret: 'guessed' })],
    ['an unknown key', () => versionFour({ access: 'unknown', secret: 'x' })],
    ['another text', () => ({ ...versionFour(key), token: versionFour(key, { service: 'iam' }).token })],
    ['another text in version 2', () => ({ ...versionTwo(key), token: base64('PUT\n\n\n\n/bucket/key') })],
    ['a signature for another service', () => versionFour(key, { service: 'ec2' })],
    ['a key of another day', () => versionFour(key, { scopeDate: '20200101' })],
    ['more text than version 4 has', () => versionFour(key, { more: '\nmore' })],
    ['an address that nobody may have made so long', () => versionFour(key, { age: 8 * DAY_MS })],
    ['a time to come', () => versionFour(key, { age: -20 * 60_000 })],
    [
      'a time long ago, which the service tells',
      () => ({ ...versionFour(key), params: { 'X-Amz-Date': '20200101T000000Z' } }),
    ],
  ])('with %s is nobody’s', async (_, request) => {
    const answer = await exchange(request());
    expect([answer.status, answer.body.error.code]).toEqual([401, 401]);
  });

  it.each([
    ['no text', { access: 'a', signature: 's' }],
    ['no signature', { access: 'a', token: 'dGV4dA==' }],
    ['no access key', { token: 'dGV4dA==', signature: 's' }],
    ['a text that is not base64', { access: 'a', token: '<text>', signature: 's' }],
  ])('with %s is none', async (_, credentials) => {
    expect((await exchange(credentials)).status).toBe(400);
    expect((await exchange({ credentials }, 'other')).status).toBe(400);
  });

  it('is a matter of services: nobody else learns whose it is', async () => {
    const json = { credentials: versionFour(key) };
    expect((await identity.call('POST', '/v3/s3tokens', { json })).status).toBe(401);
    expect((await identity.call('POST', '/v3/s3tokens', { json, token: ada.token })).status).toBe(403);
    const service = await identity.member('store');
    const role = await identity.roleId('service');
    await identity.admin('PUT', `/v3/projects/${service.projectId}/users/${service.userId}/roles/${role}`);
    const token = await identity.login('store', 'password-of-store', 'store-project');
    const answer = await identity.call('POST', '/v3/s3tokens', { json, token });
    expect([answer.status, answer.body.token.user.id]).toEqual([200, ada.userId]);
  });

  it('is nobody’s once the user lost the project', async () => {
    const grant = `/v3/projects/${ada.projectId}/users/${ada.userId}/roles/${await identity.roleId('member')}`;
    await identity.admin('DELETE', grant);
    expect((await exchange(versionFour(key))).status).toBe(401);
    await identity.admin('PUT', grant);
    expect((await exchange(versionFour(key))).status).toBe(200);
  });
});
