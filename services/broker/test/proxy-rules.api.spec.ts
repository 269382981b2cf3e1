import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { LeasesRepository } from '../src/market/leases/leases.repository.js';
import { ImageDistribution } from '../src/images/image-distribution.service.js';
import { ImagesService } from '../src/images/images.service.js';
import { LandlordsService } from '../src/landlords/landlords.service.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import DOCUMENT from '../openapi.json' with { type: 'json' };
import { CloudOfDoubles } from './proxy-exchange.js';

const COMPUTE = '/regions/exchange/compute/v2.1';
const ACCOUNT = `AUTH_${TEST_PROJECT.id}`;

let cloud: CloudOfDoubles;
let token: string;

beforeAll(async () => {
  cloud = await CloudOfDoubles.start();
  token = await cloud.exchange.token();
});

afterAll(() => cloud.exchange.stop());

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  cloud.exchange.call(method, path, { token, body, headers });

const order = (image: string, extra: Record<string, unknown> = {}) =>
  call('POST', `${COMPUTE}/servers`, { server: { name: 's', imageRef: image, flavorRef: 'm1.tiny', ...extra } });

const json = { accept: 'application/json' };

describe('access rules of an application credential', () => {
  const bound = (service: string, path: string) =>
    cloud.exchange.token({
      applicationCredential: { id: 'ac', access_rules: [{ id: 'r', service, method: 'GET', path }] },
    });

  it.each([
    ['compute', '/v2.1/flavors', '/regions/exchange/compute/v2.1/flavors', '/regions/exchange/compute/v2.1/servers'],
    ['compute', '/v2.1/flavors', '/regions/harvard/compute/v2.1/flavors', '/regions/harvard/compute/v2.1/os-keypairs'],
    [
      'volumev3',
      '/v3/*/types',
      `/regions/exchange/volume/v3/${TEST_PROJECT.id}/types`,
      '/regions/exchange/volume/v3/types',
    ],
    ['block-storage', '/v3/types', '/regions/granite/volume/v3/types', '/regions/granite/volume/v3/volumes'],
    ['image', '/v2/images', '/regions/mit/image/v2/images', '/regions/mit/compute/v2.1/flavors'],
    ['network', '/v2.0/networks', '/regions/exchange/network/v2.0/networks', '/regions/exchange/network/v2.0/ports'],
    ['exchange', '/v1/offers', '/exchange/v1/offers', '/exchange/v1/leases'],
  ])('of %s %s opens %s and not %s', async (service, rule, open, shut) => {
    const held = await bound(service, rule);
    expect((await cloud.exchange.call('GET', open, { token: held, headers: json })).status).toBe(200);
    const refused = await cloud.exchange.call('GET', shut, { token: held, headers: json });
    expect(refused.status).toBe(403);
    const written = await cloud.exchange.call('POST', open, { token: held, headers: json, body: {} });
    expect([403, 404, 405]).toContain(written.status);
  });

  it('of object-store /v1/… opens that account and no container', async () => {
    const held = await bound('object-store', `/v1/${ACCOUNT}`);
    expect((await cloud.objects('GET', ACCOUNT, held)).status).toBe(204);
    expect((await cloud.objects('GET', `${ACCOUNT}/c1`, held)).status).toBe(403);
    expect((await cloud.objects('PUT', `${ACCOUNT}/c1`, held)).status).toBe(403);
  });

  it('that are none open nothing', async () => {
    const held = await cloud.exchange.token({ applicationCredential: { id: 'ac', access_rules: [] } });
    for (const path of [`${COMPUTE}/flavors`, '/exchange/v1/offers', '/regions/exchange/image/v2/images']) {
      expect((await cloud.exchange.call('GET', path, { token: held, headers: json })).status).toBe(403);
    }
  });
});

describe('microversions', () => {
  it.each(['exchange', 'mit'])(
    'in region %s are those that every landlord speaks, also where one speaks more',
    async (region) => {
      const base = `/regions/${region}/compute/v2.1`;
      const at = (version: string) => call('GET', `${base}/flavors`, undefined, { 'openstack-api-version': version });
      expect((await call('GET', base)).body['version']).toMatchObject({ min_version: '2.1', version: '2.90' });
      expect((await at('compute latest')).headers.get('openstack-api-version')).toBe('compute 2.90');
      const beyond = await at('compute 2.91');
      expect(beyond.status).toBe(406);
      expect(JSON.stringify(beyond.body)).toContain('maximum is 2.90');
    },
  );
});

describe('what travels with a create', () => {
  it('is the addresses too, and one security group', async () => {
    const image = await cloud.image(await cloud.exchange.operator());
    const made = await order(image, { accessIPv4: '192.0.2.7', accessIPv6: '2001:db8::7', availability_zone: 'mit' });
    expect(made.status, JSON.stringify(made.body)).toBe(202);
    expect(cloud.mit.creates.at(-1)).toMatchObject({ accessIPv4: '192.0.2.7', accessIPv6: '2001:db8::7' });
    expect((await order(image, { security_groups: [{ name: 'default' }] })).status).toBe(202);
    expect((await order(image, { security_groups: [{ name: 'web' }] })).status).toBe(400);
  });
});

describe('an image', () => {
  it('that is private goes only to a landlord the tenant leases from', async () => {
    const hidden = await cloud.image(token, 'private');
    expect((await order(hidden, { availability_zone: 'mit' })).status).toBe(202);
    expect([cloud.mit.images.has(hidden), cloud.harvard.images.has(hidden)]).toEqual([true, false]);
    // Whoever leases nothing there cannot have it sent there either.
    const stranger = await cloud.exchange.principal({ project: { id: 'e'.repeat(32), name: 'other' } });
    const get = <T>(type: new (...parts: never[]) => T) => cloud.exchange.broker.get<T>(type, { strict: false });
    const landlord = await get(LandlordsService).byRegion('harvard');
    const image = await get(ImagesService).show(await cloud.exchange.principal(), hidden);
    if (!landlord) throw new Error('no harvard');
    await expect(get(ImageDistribution).ensureAt(landlord, image, stranger)).rejects.toThrow('nothing is leased');
    expect(cloud.harvard.images.has(hidden)).toBe(false);
  });

  it('that another replica is sending is waited for', async () => {
    const image = await cloud.image(await cloud.exchange.operator());
    const statuses = ['conflict', 'saving', 'queued', 'active'];
    const seen: string[] = [];
    cloud.mit.behave = (request, response) => {
      if (request.url?.startsWith('/image/') !== true) return false;
      if (request.method === 'PUT') {
        seen.push('put');
        request.resume();
        response.writeHead(409).end('{}');
        return true;
      }
      const status = statuses.shift() ?? 'active';
      seen.push(status);
      response.writeHead(status === 'conflict' ? 409 : 201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ id: image, status }));
      return true;
    };
    const made = await order(image, { availability_zone: 'mit' });
    cloud.mit.behave = () => false;
    expect(made.status, JSON.stringify(made.body)).toBe(202);
    expect(seen).toEqual(['conflict', 'saving', 'queued', 'put', 'active']);
  });
});

describe('an object account', () => {
  it('may hold what its landlord has, also when that grows', async () => {
    await cloud.objects('PUT', `${ACCOUNT}/c1`, token, { headers: { 'x-storage-policy': 'standard@bluestone' } });
    const { landlord } = cloud.bluestone;
    const ceiling = async () => {
      const leases = await cloud.exchange.broker
        .get(LeasesRepository, { strict: false })
        .liveForProject(TEST_PROJECT.id, 'object-account');
      return leases.find(({ landlordId }) => landlordId === landlord.id)?.unitsPerSecond;
    };
    const before = await ceiling();
    const offer = landlord.offers.find(({ product }) => product.type === 'object-store');
    if (!offer || before === undefined) throw new Error('no object account');
    Object.assign(offer, { capacity: 5_000, version: 2 });
    await landlord.emit({ kind: 'offers' });
    await expect.poll(ceiling, { timeout: 10_000 }).toBe(5_000n * 1024n ** 3n);
    Object.assign(offer, { capacity: 10, version: 3 });
    await cloud.exchange.offered(landlord);
    expect(await ceiling()).toBe(5_000n * 1024n ** 3n);
  });
});

describe('/exchange/v1', () => {
  it('answers every GET of its OpenAPI document, which its answers are held to', async () => {
    const operator = await cloud.exchange.operator();
    const image = await cloud.image(operator);
    expect((await order(image)).status).toBe(202);
    const first = async (path: string, list: string) =>
      String(((await call('GET', path)).body[list] as { id: string }[])[0]?.id);
    const ids: Record<string, string> = {
      '/exchange/v1/landlords/{id}': cloud.mit.landlord.id,
      '/exchange/v1/landlords/{id}/misbehaviour': cloud.mit.landlord.id,
      '/exchange/v1/orders/{id}': await first('/exchange/v1/orders', 'orders'),
      '/exchange/v1/leases/{id}': await first('/exchange/v1/leases', 'leases'),
      '/exchange/v1/leases/{id}/receipts': await first('/exchange/v1/leases', 'leases'),
      '/exchange/v1/accounts/{project_id}': TEST_PROJECT.id,
    };
    for (const [path, operations] of Object.entries(DOCUMENT.paths)) {
      if (!path.startsWith('/exchange/') || !('get' in operations)) continue;
      const url = path.replace(/\{[a-z_]+\}/, ids[path] ?? '');
      const got = await cloud.exchange.call('GET', url, { token: operator });
      expect([url, got.status]).toEqual([url, 200]);
    }
    const quote = await call('POST', '/exchange/v1/quotes', {
      resource_type: 'server',
      product_id: 'm1.tiny',
      max_price: '4000',
    });
    expect(quote.body['quote'].passed_over).not.toEqual([]);
    const account = await cloud.exchange.call('POST', `/exchange/v1/accounts/${TEST_PROJECT.id}/grants`, {
      token: operator,
      body: { amount: '1' },
      headers: { 'idempotency-key': 'documented' },
    });
    expect(account.status).toBe(201);
  });
});
