import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import type { Lease, Usage } from '@ocx/openstack-api/exchange/documents';
import type { LandlordSessionForTest } from '@ocx/testing/landlord-caller';
import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EnrolledStorage, SwiftUser } from './object-store-service.js';

const PRODUCT = { type: 'object-store', id: 'standard' } as const;
const ACCOUNT = `/v1/AUTH_${TEST_PROJECT.id}`;

describe('object accounts of the exchange', () => {
  let storage: EnrolledStorage;
  let tenant: LandlordSessionForTest;
  let lease: Lease;

  beforeAll(async () => {
    storage = await EnrolledStorage.start();
    tenant = (await storage.exchange.caller(storage.landlord)).as();
  });
  afterAll(() => storage.stop());

  const files = async () => {
    const entries = await readdir(join(storage.service.dataDir, 'data', 'objects'), {
      recursive: true,
      withFileTypes: true,
    });
    return entries.filter((entry) => entry.isFile()).length;
  };
  const usage = async () => {
    const caller = (await storage.exchange.caller(storage.landlord)).feed();
    const answer = await caller.get<{ usage: string[] }>(`/landlord/v1/leases/${lease.id}/usage`);
    return answer.json.usage.map((jws) => decodeJwt<Usage>(jws));
  };

  it('do not exist without a lease', async () => {
    for (const method of ['GET', 'HEAD', 'POST']) expect((await tenant.request(method, ACCOUNT)).status).toBe(403);
    const answer = await tenant.request('PUT', `${ACCOUNT}/c`);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('lease');
  });

  it('are served under one', async () => {
    lease = await storage.exchange.rent(storage.landlord, { product: PRODUCT });
    expect((await tenant.request('PUT', `${ACCOUNT}/c`)).status).toBe(201);
    expect((await tenant.request('PUT', `${ACCOUNT}/c/o`, { body: 'x'.repeat(1000) })).status).toBe(201);
    expect((await tenant.request('GET', `${ACCOUNT}/c/o`)).text).toHaveLength(1000);
  });

  it('are metered by the bytes they hold', async () => {
    await expect
      .poll(
        async () => {
          const meters = (await usage()).map((record) => Number(record.meters.object_byte_seconds ?? 0));
          return meters.reduce((total, amount) => total + amount, 0);
        },
        { timeout: 30_000 },
      )
      .toBeGreaterThanOrEqual(1000);
  });

  it('are not those of the landlord’s own project of the same id', async () => {
    const own = await SwiftUser.of(storage.service, TEST_PROJECT.id);
    expect((await own.call('GET', '')).text).toBe('');
    expect((await own.call('GET', '/c/o')).status).toBe(404);
  });

  it('are read and written only by tokens that say so', async () => {
    const caller = await storage.exchange.caller(storage.landlord);
    const reader = caller.as({ access: { actions: ['read'] } });
    expect((await reader.request('GET', `${ACCOUNT}/c/o`)).status).toBe(200);
    expect((await reader.request('PUT', `${ACCOUNT}/c/p`, { body: 'x' })).status).toBe(403);
    const stranger = caller.as({ projectId: 'f'.repeat(32) });
    expect((await stranger.request('GET', `${ACCOUNT}/c/o`)).status).toBe(403);
    expect((await caller.feed().request('GET', `${ACCOUNT}/c/o`)).status).toBe(403);
  });

  it('go with all their data when the lease ends', async () => {
    expect(await files()).toBe(1);
    const ended = await tenant.post(`/landlord/v1/leases/${lease.id}/end`);
    expect(ended.status).toBe(200);
    expect(await files()).toBe(0);
    expect((await tenant.request('GET', `${ACCOUNT}/c/o`)).status).toBe(403);
    expect((await usage()).at(-1)?.final).toBe(true);
  });

  it('start empty under a new lease', async () => {
    lease = await storage.exchange.rent(storage.landlord, { product: PRODUCT });
    expect((await tenant.request('HEAD', ACCOUNT)).headers.get('x-account-container-count')).toBe('0');
  });

  const endIfEmpty = () => tenant.post(`/landlord/v1/leases/${lease.id}/end`, { if_empty: true });

  it('are not ended for being empty while an object is in them', async () => {
    await tenant.request('PUT', `${ACCOUNT}/c`);
    await tenant.request('PUT', `${ACCOUNT}/c/o`, { body: 'x' });
    const refused = await endIfEmpty();
    expect(refused.status).toBe(409);
    expect(refused.json).toMatchObject({ reason: 'not_empty' });
    expect((await tenant.request('GET', `${ACCOUNT}/c/o`)).text).toBe('x');
    await tenant.request('DELETE', `${ACCOUNT}/c/o`);
    expect((await endIfEmpty()).status).toBe(200);
    expect((await tenant.request('PUT', `${ACCOUNT}/c`)).status).toBe(403);
  });

  it('lose no object that was taken while they were given back', async () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < 12; round += 1) {
      lease = await storage.exchange.rent(storage.landlord, { product: PRODUCT });
      // Every other account was never opened when it is given back.
      if (round % 2 === 0) await tenant.request('PUT', `${ACCOUNT}/c`);
      const store = async () => {
        const made = await tenant.request('PUT', `${ACCOUNT}/c`);
        return made.status < 300 ? (await tenant.request('PUT', `${ACCOUNT}/c/o`, { body: 'x' })).status : made.status;
      };
      const [stored, ended] = await Promise.all([store(), endIfEmpty()]);
      outcomes.add(`${String(stored)} ${String(ended.status)}`);
      if (ended.status === 409) {
        expect((await tenant.request('GET', `${ACCOUNT}/c/o`)).text).toBe('x');
        await tenant.post(`/landlord/v1/leases/${lease.id}/end`);
      }
    }
    // Either it was stored and is kept, or the account had gone (its container with it) and the tenant was told.
    expect(['201 409', '403 200', '404 200']).toEqual(expect.arrayContaining([...outcomes]));
    expect(await files()).toBe(0);
  });
});
