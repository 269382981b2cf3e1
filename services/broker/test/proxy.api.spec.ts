import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CloudOfDoubles } from './proxy-exchange.js';
import { serverView } from './landlord-views.js';

const COMPUTE = '/regions/exchange/compute/v2.1';

let cloud: CloudOfDoubles;
let token: string;
let admin: string;
let image: string;

beforeAll(async () => {
  cloud = await CloudOfDoubles.start();
  token = await cloud.exchange.token();
  admin = await cloud.exchange.operator();
  image = await cloud.image(admin);
});

afterAll(() => cloud.exchange.stop());

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  cloud.exchange.call(method, path, { token, body, headers });

async function createServer(name: string, extra: Record<string, unknown> = {}): Promise<string> {
  const made = await call('POST', `${COMPUTE}/servers`, {
    server: { name, imageRef: image, flavorRef: 'm1.tiny', ...extra },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(202);
  return String(made.body['server'].id);
}

describe('the combined cloud to a compute client', () => {
  it('writes its own version documents', async () => {
    const root = await call('GET', '/regions/exchange/compute');
    expect(root.body['versions'][0].id).toBe('v2.0');
    const version = await call('GET', COMPUTE);
    expect(version.body['version']).toMatchObject({ min_version: '2.1', version: '2.90' });
    expect(version.body['version'].links[0].href).toBe(`${cloud.exchange.url}${COMPUTE}/`);
    for (const path of [
      '/regions/exchange/compute/',
      `${COMPUTE}/`,
      '/regions/exchange/image/',
      '/regions/exchange/volume/v3/',
    ]) {
      expect([200, 300], path).toContain((await call('GET', path)).status);
    }
    expect(
      (await call('GET', `${COMPUTE}/flavors`, undefined, { 'openstack-api-version': 'compute 2.99' })).status,
    ).toBe(406);
  });

  it('lists flavors with offers and prices', async () => {
    const answer = await call('GET', `${COMPUTE}/flavors/m1.tiny/os-extra_specs`);
    expect(answer.body['extra_specs']).toMatchObject({ 'ocx:offers': 'harvard,mit' });
    expect((await call('GET', `${COMPUTE}/flavors/nope`)).body).toMatchObject({ itemNotFound: { code: 404 } });
  });

  it('keeps key pairs of the user', async () => {
    const made = await call('POST', `${COMPUTE}/os-keypairs`, { keypair: { name: 'k1' } });
    expect(made.status).toBe(200);
    expect(made.body['keypair'].private_key).toContain('BEGIN RSA PRIVATE KEY');
    expect((await call('POST', `${COMPUTE}/os-keypairs`, { keypair: { name: 'k1' } })).status).toBe(409);
    const bad = await call('POST', `${COMPUTE}/os-keypairs`, {
      keypair: { name: 'k2', public_key: 'ssh-rsa nonsense' },
    });
    expect(bad.status).toBe(400);
    const shown = await call('GET', `${COMPUTE}/os-keypairs/k1`);
    expect(shown.body['keypair']).not.toHaveProperty('private_key');
    expect((await call('GET', `${COMPUTE}/os-keypairs/k2`)).status).toBe(404);
  });

  it('orders a server at the cheapest landlord; keys travel ahead, owner and links are its own', async () => {
    const id = await createServer('s1', { key_name: 'k1' });
    expect(cloud.harvard.servers.has(id)).toBe(true);
    expect(cloud.harvard.images.get(image)?.toString()).toBe('layers');
    expect(cloud.harvard.landlord.boots.at(-1)).toMatchObject({ public_keys: [expect.stringContaining('ssh-rsa')] });
    const shown = await call('GET', `${COMPUTE}/servers/${id}`);
    expect(shown.body['server']).toMatchObject({
      tenant_id: TEST_PROJECT.id,
      key_name: 'k1',
      'OS-EXT-AZ:availability_zone': 'harvard',
    });
    expect(JSON.stringify(shown.body)).not.toContain('evil.example');
    expect(cloud.harvard.requests.every(({ headers }) => headers['x-auth-token'] === undefined)).toBe(true);
  });

  it('takes the availability zone for the landlord, and refuses a host of it', async () => {
    const id = await createServer('s2', { availability_zone: 'mit' });
    expect(cloud.mit.servers.has(id)).toBe(true);
    const refused = await call('POST', `${COMPUTE}/servers`, {
      server: { name: 'x', imageRef: image, flavorRef: 'm1.tiny', availability_zone: 'mit:host1' },
    });
    expect(refused.body).toMatchObject({ badRequest: { code: 400 } });
    expect((await call('GET', `/regions/harvard/compute/v2.1/servers/${id}`)).status).toBe(404);
  });

  it('says why no offer was taken, in Nova’s form', async () => {
    const answer = await call('POST', `${COMPUTE}/servers`, {
      server: { name: 'x', imageRef: image, flavorRef: 'm1.tiny' },
      'os:scheduler_hints': { 'ocx:max_price': '1' },
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(Object.values(answer.body)[0]).toHaveProperty('message');
  });

  it('merges lists, drops foreign ids, pages by marker', async () => {
    const foreign = '11111111-1111-4111-8111-111111111111';
    cloud.mit.servers.set(foreign, serverView(foreign, 'intruder'));
    const all = await call('GET', `${COMPUTE}/servers/detail`);
    expect(all.body['servers'].map(({ name }: { name: string }) => name).sort()).toEqual(['s1', 's2']);
    cloud.mit.servers.delete(foreign);
    const first = await call('GET', `${COMPUTE}/servers?limit=1&sort_key=name&sort_dir=asc`);
    expect(first.body['servers']).toMatchObject([{ name: 's1' }]);
    const next = String(first.body['servers_links'][0].href);
    expect(next.startsWith(`${cloud.exchange.url}${COMPUTE}/servers?`)).toBe(true);
    const second = await call('GET', next.slice(cloud.exchange.url.length));
    expect(second.body['servers']).toMatchObject([{ name: 's2' }]);
    expect((await call('GET', `${COMPUTE}/servers?marker=${foreign}`)).status).toBe(400);
  });

  it.each([
    [
      'a redirect',
      (_: unknown, response: import('node:http').ServerResponse) =>
        response.writeHead(302, { location: 'http://evil.example/' }).end(),
    ],
    ['HTML', (_: unknown, response: import('node:http').ServerResponse) => response.writeHead(200).end('<html>')],
    ['nothing for ever', () => undefined],
    ['a 401', (_: unknown, response: import('node:http').ServerResponse) => response.writeHead(401).end('{}')],
  ])('lists what a landlord holds from the index when it answers with %s', async (_, answer) => {
    cloud.mit.behave = (request, response) => {
      if (!request.url?.startsWith('/v2.1/servers/detail')) return false;
      answer(request, response);
      return true;
    };
    const listed = await call('GET', `${COMPUTE}/servers/detail`);
    cloud.mit.behave = () => false;
    expect(listed.status).toBe(200);
    expect(listed.headers.get('x-ocx-partial')).toBe('mit');
    const rows = listed.body['servers'] as { name: string; status: string }[];
    expect(rows.find(({ name }) => name === 's2')?.status).toBe('UNKNOWN');
    expect(rows.find(({ name }) => name === 's1')?.status).toBe('ACTIVE');
  });

  it('passes actions on, and a landlord’s 401 as 502', async () => {
    const [id = ''] = cloud.harvard.servers.keys();
    const console_ = await call('POST', `${COMPUTE}/servers/${id}/action`, { 'os-getConsoleOutput': {} });
    expect(console_.body).toEqual({ output: 'booted\n' });
    expect((await call('GET', `${COMPUTE}/servers/${id}/metadata`)).body).toEqual({ metadata: { a: 'b' } });
    cloud.harvard.behave = (_, response) => {
      response.writeHead(401).end('{}');
      return true;
    };
    const refused = await call('GET', `${COMPUTE}/servers/${id}`);
    cloud.harvard.behave = () => false;
    expect(refused.status).toBe(502);
  });

  it('enforces the quota with Nova’s sentence', async () => {
    const answer = await call('POST', `${COMPUTE}/servers`, {
      server: { name: 'many', imageRef: image, flavorRef: 'm1.tiny', min_count: 50, max_count: 50 },
    });
    expect(answer.status).toBe(403);
    expect(answer.body['forbidden'].message).toContain('Quota exceeded for instances');
  });

  it('holds an application credential to its access rules after the region prefix', async () => {
    const bound = await cloud.exchange.token({
      applicationCredential: {
        id: 'ac',
        access_rules: [{ id: 'r', service: 'compute', method: 'GET', path: '/v2.1/servers' }],
      },
    });
    expect((await cloud.exchange.call('GET', `${COMPUTE}/servers`, { token: bound })).status).toBe(200);
    expect((await cloud.exchange.call('GET', `${COMPUTE}/flavors`, { token: bound })).status).toBe(403);
  });
});

describe('images', () => {
  it('hashes while it streams, and is immutable once active', async () => {
    const shown = await call('GET', `/regions/exchange/image/v2/images/${image}`);
    expect(shown.body).toMatchObject({ status: 'active', size: 6, os_hash_algo: 'sha512' });
    const again = await fetch(`${cloud.exchange.url}/regions/exchange/image/v2/images/${image}/file`, {
      method: 'PUT',
      headers: { 'x-auth-token': admin, 'content-type': 'application/octet-stream' },
      body: 'other',
    });
    expect(again.status).toBe(409);
    const data = await fetch(`${cloud.exchange.url}/regions/mit/image/v2/images/${image}/file`, {
      headers: { 'x-auth-token': token },
    });
    expect(await data.text()).toBe('layers');
  });

  it('answers a name looked up as an id with 404, and keeps private images private', async () => {
    const headers = { accept: 'application/json' };
    expect((await call('GET', '/regions/exchange/image/v2/images/app', undefined, headers)).status).toBe(404);
    const hidden = await cloud.image(token, 'private');
    const stranger = await cloud.exchange.token({ project: { id: 'f'.repeat(32), name: 'other' } });
    const path = `/regions/exchange/image/v2/images/${hidden}`;
    expect((await cloud.exchange.call('GET', path, { token: stranger, headers })).status).toBe(404);
    const made = await cloud.exchange.call('POST', '/regions/exchange/image/v2/images', {
      token,
      headers,
      body: { name: 'p', visibility: 'public' },
    });
    expect(made.status).toBe(403);
  });
});

describe('giving everything back', () => {
  it('ends the lease of a deleted server', async () => {
    const [id = ''] = cloud.harvard.servers.keys();
    expect((await call('DELETE', `${COMPUTE}/servers/${id}`)).status).toBe(204);
    expect((await call('GET', `${COMPUTE}/servers/${id}`)).status).toBe(404);
    expect(cloud.harvard.landlord.calls.some((route) => route.endsWith('/end'))).toBe(true);
  });

  it('answers for a server of a dead landlord: 503, or Nova’s down cell from 2.69', async () => {
    const [id = ''] = cloud.mit.servers.keys();
    await cloud.mit.landlord.stop();
    const old = await call('GET', `${COMPUTE}/servers/${id}`);
    expect(old.status).toBe(503);
    expect(old.headers.get('retry-after')).not.toBeNull();
    const down = await call('GET', `${COMPUTE}/servers/${id}`, undefined, { 'openstack-api-version': 'compute 2.69' });
    expect(down.body['server']).toMatchObject({ id, status: 'UNKNOWN', tenant_id: TEST_PROJECT.id });
    expect((await call('GET', `${COMPUTE}/servers/22222222-2222-4222-8222-222222222222`)).status).toBe(404);
  });
});
