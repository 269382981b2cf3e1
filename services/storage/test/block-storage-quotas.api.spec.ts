import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS_FRESH_MS } from '@ocx/service-kit/unified-limits';
import { FakeIdentity } from '@ocx/testing/fake-identity';
import { LIMITS_READER } from '@ocx/testing/fake-limits';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, BlockStorageUnderTest } from './block-storage-service.js';

const PROJECT = 'a'.repeat(32);

describe('a storage landlord with a user at the Keystone of its own users', () => {
  let keystone: FakeIdentity;
  let storage: BlockStorageUnderTest;
  let call: Awaited<ReturnType<BlockStorageUnderTest['user']>>;
  const create = (size: number): Promise<Answer> => call('POST', '/v3/volumes', { volume: { size } });
  const absolute = async () => (await call('GET', `/v3/${PROJECT}/limits`)).json.limits.absolute as object;
  const limited = async (limits: Record<string, number | undefined>) => {
    for (const [name, limit] of Object.entries(limits)) keystone.limits.set('cinder', PROJECT, name, limit);
    await sleep(LIMITS_FRESH_MS);
  };

  beforeAll(async () => {
    keystone = await FakeIdentity.start();
    keystone.limits.register('volumev3', 'cinder', { volumes: 3, gigabytes: 30 });
    storage = await BlockStorageUnderTest.start({
      OCX_STANDALONE_AUTH_URL: `${keystone.url}/v3`,
      OCX_STANDALONE_USER: LIMITS_READER.user,
      OCX_STANDALONE_PASSWORD: LIMITS_READER.password,
    });
    call = await storage.user();
  });
  afterAll(async () => {
    await storage.stop();
    await keystone.stop();
  });
  beforeEach(() => {
    keystone.limits.refuseWith = undefined;
  });

  it('has that Keystone’s limits as quotas, whatever its settings are', async () => {
    expect(await absolute()).toMatchObject({ maxTotalVolumes: 3, maxTotalVolumeGigabytes: 30 });
    await limited({ volumes: 1, gigabytes: 2 });
    const quota = `/v3/${PROJECT}/os-quota-sets/${PROJECT}`;
    expect((await call('GET', quota)).json.quota_set).toMatchObject({ volumes: 1, gigabytes: 2 });
    expect((await call('GET', `${quota}/defaults`)).json.quota_set).toMatchObject({ volumes: 3, gigabytes: 30 });
    expect((await create(3)).status).toBe(413);
    const both = await Promise.all([create(1), create(1)]);
    expect(both.map(({ status }) => status).sort()).toEqual([202, 413]);
    expect(both.find(({ status }) => status === 413)?.text).toContain('number of volumes allowed (1)');
    const { id } = both.find(({ status }) => status === 202)?.json.volume as { id: string };
    const extend = (size: number) => call('POST', `/v3/volumes/${id}/action`, { 'os-extend': { new_size: size } });
    expect((await extend(3)).status).toBe(413);
    await limited({ volumes: undefined, gigabytes: undefined });
    expect([(await extend(3)).status, (await create(1)).status]).toEqual([202, 202]);
  }, 30_000);

  it('logs in once, and again when its token is worth nothing', async () => {
    expect(keystone.limits.logins).toBe(1);
    keystone.limits.revokeTokens();
    await limited({ volumes: 7 });
    expect(await absolute()).toMatchObject({ maxTotalVolumes: 7 });
    expect(keystone.limits.logins).toBe(2);
  }, 30_000);

  it('leaves what is rented alone, and creates nothing that it cannot count', async () => {
    keystone.limits.refuseWith = 503;
    await storage.down();
    await storage.up();
    await storage.volume();
    const { status, text } = await create(1);
    expect([status, text]).toEqual([503, expect.stringContaining('cannot be told now')]);
  });
});
