import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Acceptance, Usage, type Lease } from '@ocx/openstack-api/exchange/documents';
import type { LandlordAction } from '@ocx/openstack-api/exchange/tokens';
import { documentHash, verifyDocument } from '@ocx/openstack-client/documents';
import type { LandlordCaller } from '@ocx/testing/landlord-caller';
import { BlockStorageUnderTest, STANDARD } from './block-storage-service.js';

const CAPACITY = 100;

describe('a leased volume that grows', () => {
  let storage: BlockStorageUnderTest;
  let broker: LandlordCaller;
  let lease: Lease;
  let inForce: string;

  const path = () => `/v3/volumes/${lease.resource.id}`;
  const extend = (gib: number) => broker.as().post(`${path()}/action`, { 'os-extend': { new_size: gib } });
  const shown = async () => (await broker.as().get<{ volume: { size: number; status: string } }>(path())).json.volume;
  const left = async () => (await storage.exchange.offer(storage.landlord, STANDARD)).capacity;

  const amended = (quantity: number, changes: Partial<Lease> = {}): Lease => ({
    ...lease,
    quantity,
    amends: documentHash(inForce),
    issued_at: new Date().toISOString(),
    ...changes,
  });
  const present = async (document: Lease, actions: LandlordAction[] = ['claim']) => {
    const jws = await storage.exchange.sign(document);
    const tenant = broker.as({ projectId: document.project_id, access: { actions, lease_id: document.id } });
    const answer = await tenant.post<{ acceptance: string; reason?: string }>('/landlord/v1/leases', { lease: jws });
    return { jws, status: answer.status, reason: answer.json.reason, acceptance: answer.json.acceptance };
  };
  const usage = async () => {
    const answer = await broker.feed().get<{ usage: string[] }>(`/landlord/v1/leases/${lease.id}/usage`);
    return Promise.all(
      answer.json.usage.map((jws) => verifyDocument(Usage, 'ocx-usage+jwt', jws, storage.landlord.jwk)),
    );
  };
  /** GiB that the newest record says were in use on average. */
  const rate = async () => {
    const last = (await usage()).at(-1);
    const seconds = last ? (Date.parse(last.to) - Date.parse(last.from)) / 1000 : 0;
    return Number(last?.meters.volume_gib_seconds ?? 0) / seconds;
  };

  beforeAll(async () => {
    storage = await BlockStorageUnderTest.start();
    broker = await storage.exchange.caller(storage.landlord);
    lease = await storage.exchange.draft(storage.landlord, { product: STANDARD, quantity: 2 });
    inForce = await storage.exchange.sign(lease);
    const claimed = await storage.exchange.claim(storage.landlord, lease, { jws: inForce });
    expect(claimed.status, claimed.text).toBe(201);
    const create = broker.as({ access: { actions: ['create'], lease_id: lease.id } });
    expect((await create.post('/v3/volumes', { volume: { size: 2, name: 'data' } })).status).toBe(202);
  });
  afterAll(async () => {
    await broker.as().post(`/landlord/v1/leases/${lease.id}/end`);
    await storage.stop();
  });

  it('needs a lease for its new size', async () => {
    const refused = await extend(5);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('is for 2 GiB');
    expect(await shown()).toMatchObject({ size: 2, status: 'available' });
  });

  it('is not helped by a lease that is not the one in force with more GiB', async () => {
    const price = { ...lease.prices[0], amount: '1' } as Lease['prices'][number];
    const others: [Lease, number, string?][] = [
      [amended(5, { amends: 'f'.repeat(64) }), 409, 'lease_mismatch'],
      [{ ...amended(5), amends: undefined }, 409, 'lease_mismatch'],
      [amended(5, { id: randomUUID() }), 409, 'lease_mismatch'],
      [amended(2), 400],
      [amended(1), 400],
      [amended(5, { user_id: 'somebody' }), 400],
      [amended(5, { resource: { type: 'volume', id: randomUUID() } }), 400],
      [amended(5, { prices: [price] }), 400],
      [amended(5, { ends_at: new Date(Date.now() + 60_000).toISOString() }), 400],
      [amended(5, { offer: { ...lease.offer, version: lease.offer.version + 1 } }), 409, 'offer_stale'],
      [amended(5, { issued_at: new Date(Date.now() - 3_600_000).toISOString() }), 409, 'offer_stale'],
      [amended(CAPACITY + 1), 409, 'no_capacity'],
    ];
    for (const [document, status, reason] of others) {
      expect(await present(document)).toMatchObject({ status, ...(reason === undefined ? {} : { reason }) });
    }
    expect((await present(amended(5), ['read', 'write'])).status).toBe(403);
    expect(await left()).toBe(CAPACITY - 2);
    expect((await extend(5)).status).toBe(409);
  });

  it('takes the capacity of what is more, once, and is metered at its old size until it is extended', async () => {
    const first = await present(amended(5));
    expect(first.status).toBe(201);
    const acceptance = await verifyDocument(Acceptance, 'ocx-acceptance+jwt', first.acceptance, storage.landlord.jwk);
    expect(acceptance).toMatchObject({ lease_id: lease.id, lease_sha256: documentHash(first.jws) });
    const tenant = broker.as({ access: { actions: ['heal'], lease_id: lease.id } });
    const again = await tenant.post<{ acceptance: string }>('/landlord/v1/leases', { lease: first.jws });
    expect([again.status, again.json.acceptance]).toEqual([201, first.acceptance]);
    expect(await left()).toBe(CAPACITY - 5);
    // What was in force before is a thing of the past.
    expect((await storage.exchange.claim(storage.landlord, lease, { jws: inForce })).json.reason).toBe(
      'lease_mismatch',
    );
    await usage();
    await expect.poll(rate, { timeout: 15_000 }).toBe(2);
    lease = decodeJwt<Lease>(first.jws);
    inForce = first.jws;
  });

  it('grows to the size of its lease, to no other, and is metered at it', async () => {
    expect((await extend(4)).status).toBe(409);
    expect((await extend(5)).status).toBe(202);
    expect(await shown()).toMatchObject({ size: 5, status: 'available' });
    expect((await extend(5)).status).toBe(400);
    await expect.poll(rate, { timeout: 15_000 }).toBe(5);
  });

  it('is amended by one of two at once', async () => {
    const answers = await Promise.all([present(amended(6)), present(amended(7))]);
    expect(answers.map(({ status, reason }) => [status, reason]).sort()).toEqual([
      [201, undefined],
      [409, 'lease_mismatch'],
    ]);
    const won = answers.find(({ status }) => status === 201);
    inForce = won?.jws ?? '';
    lease = decodeJwt<Lease>(inForce);
    expect(await left()).toBe(CAPACITY - lease.quantity);
  });

  it('is amended without its tenant too, but nothing is leased without one', async () => {
    const healed = await present(amended(lease.quantity + 1), ['heal']);
    expect(healed.status).toBe(201);
    inForce = healed.jws;
    lease = decodeJwt<Lease>(inForce);
    const other = await storage.exchange.draft(storage.landlord, { product: STANDARD, quantity: 1 });
    expect((await present(other, ['heal'])).status).toBe(403);
  });

  it('gives everything back at its end', async () => {
    expect((await broker.as().post(`/landlord/v1/leases/${lease.id}/end`)).status).toBe(200);
    expect(await left()).toBe(CAPACITY);
    expect((await present(amended(lease.quantity + 1))).reason).toBe('lease_ended');
  });
});
