import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS_FRESH_MS } from '@ocx/service-kit/unified-limits';
import { FakeIdentity } from '@ocx/testing/fake-identity';
import { LIMITS_READER } from '@ocx/testing/fake-limits';
import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ComputeWorld } from './compute-world.js';

const EVENTUALLY = { timeout: 30_000, interval: 100 };

describe('a compute landlord with a user at the Keystone of its own users', () => {
  let keystone: FakeIdentity;
  let world: ComputeWorld;
  let image: string;
  const create = () =>
    world.call<{ server: { id: string } }>('POST', '/v2.1/servers', {
      body: { server: { name: 'one', imageRef: image, flavorRef: 'm1.tiny' } },
      version: '2.1',
    });
  const keypair = (name: string) => world.call('POST', '/v2.1/os-keypairs', { body: { keypair: { name } } });
  const absolute = async () =>
    (await world.call<{ limits: { absolute: object } }>('GET', '/v2.1/limits')).json.limits.absolute;
  const limited = async (limits: Record<string, number | undefined>) => {
    for (const [name, limit] of Object.entries(limits)) keystone.limits.set('nova', TEST_PROJECT.id, name, limit);
    await sleep(LIMITS_FRESH_MS);
  };

  beforeAll(async () => {
    keystone = await FakeIdentity.start();
    const registered = { servers: 5, 'class:VCPU': 9, 'class:MEMORY_MB': -1, server_key_pairs: 1 };
    keystone.limits.register('compute', 'nova', registered);
    world = await ComputeWorld.start({
      OCX_STANDALONE_AUTH_URL: keystone.url,
      OCX_STANDALONE_USER: LIMITS_READER.user,
      OCX_STANDALONE_PASSWORD: LIMITS_READER.password,
    });
    image = await world.image();
  });
  afterAll(async () => {
    await world.stop();
    await keystone.stop();
  });

  it('has that Keystone’s limits as quotas, whatever its settings are', async () => {
    const [maxTotalInstances, maxTotalCores, maxTotalRAMSize, maxTotalKeypairs] = [5, 9, -1, 1];
    expect(await absolute()).toMatchObject({ maxTotalInstances, maxTotalCores, maxTotalRAMSize, maxTotalKeypairs });
    await limited({ servers: 1, server_key_pairs: 9 });
    // Key pairs are a user's: a project's limit of them is nobody's.
    expect(await absolute()).toMatchObject({ maxTotalInstances: 1, maxTotalCores, maxTotalKeypairs });
    expect([(await keypair('a')).status, (await keypair('b')).status]).toEqual([200, 403]);
    const both = await Promise.all([create(), create()]);
    expect(both.map(({ status }) => status).sort()).toEqual([202, 403]);
    expect(both.find(({ status }) => status === 403)?.text).toContain(
      'Quota exceeded for instances: Requested 1, but already used 1 of 1 instances',
    );
    const { id = '' } = both.find(({ status }) => status === 202)?.json.server ?? {};
    await limited({ servers: 0 });
    expect((await create()).text).toContain('already used 1 of 0 instances');
    expect((await world.call('DELETE', `/v2.1/servers/${id}`)).status).toBe(204);
    const gone = async () => (await world.call('GET', `/v2.1/servers/${id}`)).status;
    await expect.poll(gone, EVENTUALLY).toBe(404);
  }, 60_000);

  it('creates nothing that it cannot count', async () => {
    keystone.limits.refuseWith = 503;
    await world.app.close();
    await world.boot();
    const { status, text } = await create();
    expect([status, text]).toEqual([503, expect.stringContaining('cannot be told now')]);
  });
});
