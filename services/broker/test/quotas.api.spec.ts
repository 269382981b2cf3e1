import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS_FRESH_MS } from '@ocx/service-kit/unified-limits';
import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from './market-exchange.js';
import { CloudOfDoubles, STANDARD_VOLUME } from './proxy-exchange.js';

const COMPUTE = '/regions/exchange/compute/v2.1';
const VOLUME = `/regions/exchange/volume/v3/${TEST_PROJECT.id}`;
const [NOVA, CINDER] = ['nova', 'cinderv3'];

let cloud: CloudOfDoubles;
let [token, operator, image] = ['', '', ''];

const call = (method: string, path: string, body?: unknown, as = token): Promise<Answer> =>
  cloud.exchange.call(method, path, { token: as, body, headers: { 'OpenStack-API-Version': 'compute 2.90' } });
const server = (count = 1) =>
  call('POST', `${COMPUTE}/servers`, {
    server: { name: 's', imageRef: image, flavorRef: 'm1.tiny', networks: 'none', min_count: count, max_count: count },
  });
const volume = (size: number) => call('POST', `${VOLUME}/volumes`, { volume: { size, volume_type: STANDARD_VOLUME } });
const absolute = async (path: string) => (await call('GET', `${path}/limits`)).body['limits'].absolute as object;

/** Limits of the project at identity, noticed. */
async function limited(service: string, limits: Record<string, number | undefined>): Promise<void> {
  for (const [resource, limit] of Object.entries(limits)) {
    cloud.exchange.identity.limits.set(service, TEST_PROJECT.id, resource, limit);
  }
  await sleep(LIMITS_FRESH_MS);
}

beforeAll(async () => {
  cloud = await CloudOfDoubles.start();
  [token, operator] = [await cloud.exchange.token(), await cloud.exchange.operator()];
  image = await cloud.image(operator);
});
afterAll(() => cloud.exchange.stop());
beforeEach(() => {
  cloud.exchange.identity.limits.refuseWith = undefined;
});

describe('quotas', () => {
  it('are what the broker registers at identity until somebody changes it', async () => {
    expect(await absolute(COMPUTE)).toMatchObject({
      maxTotalInstances: 20,
      maxTotalCores: 40,
      maxTotalRAMSize: 51_200,
      maxTotalKeypairs: 100,
    });
    expect(await absolute(VOLUME)).toMatchObject({ maxTotalVolumes: 20, maxTotalVolumeGigabytes: 1000 });
  });

  it('of servers are the project’s own limits at identity, in every answer, and enforced', async () => {
    await limited(NOVA, { servers: 1, 'class:VCPU': 3, 'class:MEMORY_MB': -1, server_key_pairs: 0 });
    expect(await absolute(COMPUTE)).toMatchObject({ maxTotalInstances: 1, maxTotalCores: 3, maxTotalRAMSize: -1 });
    const set = `${COMPUTE}/os-quota-sets/${TEST_PROJECT.id}`;
    const quotas = async (path: string) => (await call('GET', path)).body['quota_set'] as object;
    // Of a user, so everybody's.
    expect(await quotas(set)).toMatchObject({ instances: 1, cores: 3, ram: -1, key_pairs: 100 });
    expect(await quotas(`${set}/defaults`)).toMatchObject({ instances: 20, cores: 40, ram: 51_200, key_pairs: 100 });
    const others = await call('GET', `${COMPUTE}/os-quota-sets/${'c'.repeat(32)}`, undefined, operator);
    expect(others.body['quota_set']).toMatchObject({ instances: 20 });

    expect((await server(2)).status).toBe(403);
    const both = await Promise.all([server(), server()]);
    expect(both.map(({ status }) => status).sort()).toEqual([202, 403]);
    const refused = both.find(({ status }) => status === 403);
    expect(refused?.body['forbidden']).toEqual({
      code: 403,
      message: 'Quota exceeded for instances: Requested 1, but already used 1 of 1 instances',
    });
    expect(await quotas(`${set}/detail`)).toMatchObject({ instances: { limit: 1, in_use: 1 } });

    await limited(NOVA, { servers: 2 });
    expect((await server()).status).toBe(202);
    await limited(NOVA, { servers: undefined, 'class:VCPU': undefined, 'class:MEMORY_MB': undefined });
    expect((await server()).status).toBe(202);
  }, 60_000);

  it('of volumes are too', async () => {
    await limited(CINDER, { volumes: 2, gigabytes: 3 });
    expect(await absolute(VOLUME)).toMatchObject({ maxTotalVolumes: 2, maxTotalVolumeGigabytes: 3 });
    const set = `${VOLUME}/os-quota-sets/${TEST_PROJECT.id}`;
    expect((await call('GET', set)).body['quota_set']).toMatchObject({ volumes: 2, gigabytes: 3 });
    expect((await call('GET', `${set}?usage=true`)).body['quota_set'].volumes).toMatchObject({ limit: 2, in_use: 0 });
    expect((await call('GET', `${set}/defaults`)).body['quota_set']).toMatchObject({ volumes: 20, gigabytes: 1000 });
    const tooLarge = await volume(4);
    expect([tooLarge.status, JSON.stringify(tooLarge.body)]).toEqual([
      413,
      expect.stringContaining('quota is 3G and 0G'),
    ]);
    const three = await Promise.all([volume(1), volume(1), volume(1)]);
    expect(three.map(({ status }) => status).sort()).toEqual([202, 202, 413]);
  }, 30_000);

  it('of what is not registered are nothing', async () => {
    const { limits } = cloud.exchange.identity;
    limits.setDefault(NOVA, 'server_key_pairs', undefined);
    await sleep(LIMITS_FRESH_MS);
    const keypair = () => call('POST', `${COMPUTE}/os-keypairs`, { keypair: { name: 'k' } });
    expect((await keypair()).status).toBe(403);
    limits.register('compute', NOVA, { server_key_pairs: 1 });
    await sleep(LIMITS_FRESH_MS);
    expect((await keypair()).status).toBeLessThan(300);
  }, 30_000);

  it('cost identity nothing while they are fresh', async () => {
    await absolute(COMPUTE);
    const before = cloud.exchange.identity.limits.reads.length;
    await Promise.all(Array.from({ length: 20 }, () => absolute(COMPUTE)));
    expect(cloud.exchange.identity.limits.reads).toHaveLength(before);
  });

  it('hold while identity does not tell them, and of a project never seen are 503, not unlimited', async () => {
    await limited(NOVA, { servers: 1 });
    await absolute(COMPUTE);
    cloud.exchange.identity.limits.refuseWith = 500;
    await sleep(LIMITS_FRESH_MS);
    expect((await server()).body['forbidden'].message).toContain('Quota exceeded for instances');
    const project = { id: 'd'.repeat(32), name: 'new', domain: TEST_PROJECT.domain };
    const stranger = await cloud.exchange.token({ project });
    const { status, body } = await call(
      'POST',
      `${COMPUTE}/servers`,
      { server: { name: 's', imageRef: image, flavorRef: 'm1.tiny', networks: 'none' } },
      stranger,
    );
    expect([status, JSON.stringify(body)]).toEqual([503, expect.stringContaining('cannot be told now')]);
  }, 30_000);

  it('that an operator changed survive the broker’s next start', async () => {
    const { limits } = cloud.exchange.identity;
    limits.setDefault(NOVA, 'class:VCPU', 5);
    limits.setDefault(NOVA, 'class:MEMORY_MB', undefined);
    await cloud.exchange.close();
    await cloud.exchange.open();
    await expect
      .poll(() => absolute(COMPUTE), { timeout: 3 * LIMITS_FRESH_MS, interval: 500 })
      .toMatchObject({ maxTotalCores: 5, maxTotalRAMSize: 51_200 });
  }, 60_000);
});
