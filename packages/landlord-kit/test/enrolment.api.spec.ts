import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LANDLORD_ENTITIES } from '../src/landlord-database.js';
import { landlordFile, TestWorld } from './landlord-app.js';

describe('enrolment', () => {
  let world: TestWorld;

  beforeAll(async () => {
    world = await TestWorld.start();
  });
  afterAll(() => world.stop());

  const about = async (url: string) => (await (await fetch(`${url}/landlord/v1`)).json()) as Record<string, unknown>;
  const challenge = async (url: string, body: unknown) =>
    fetch(`${url}/landlord/v1/challenge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('enrols by code, tells who it is, and keeps its key to itself', async () => {
    const service = await world.landlord();
    const landlord = await world.enrolled();
    expect(await about(service.url)).toEqual({
      landlord_id: landlord.landlordId,
      name: 'harvard',
      kind: 'compute',
      region: 'harvard',
      endpoint: service.url,
      exchange: world.exchange.url,
      jwk: landlord.jwk,
    });
    const keyFile = path.join(service.dataDirectory, 'landlord-key.json');
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    const key = JSON.parse(await readFile(keyFile, 'utf8')) as { d: string };
    expect(JSON.stringify(await about(service.url))).not.toContain(key.d);
  });

  it('keeps trying while the exchange refuses', async () => {
    world.exchange.refuseWith = 503;
    const service = await world.landlord({ file: landlordFile({ name: 'mit', region: 'mit' }) });
    expect((await about(service.url))['landlord_id']).toBeNull();
    const caller = await fetch(`${service.url}/v2.1/servers`, { headers: { authorization: 'DPoP x', dpop: 'y' } });
    expect(caller.status).toBe(401);
    world.exchange.refuseWith = undefined;
    await world.enrolled('mit');
  });

  it('never enrols with a code that is not good', async () => {
    const service = await world.landlord({
      file: landlordFile({ name: 'yale', region: 'yale' }),
      env: { OCX_ENROLMENT_CODE: 'invented' },
    });
    const before = world.exchange.refusedEnrolments;
    await expect.poll(() => world.exchange.refusedEnrolments, { timeout: 20_000 }).toBeGreaterThan(before + 1);
    expect((await about(service.url))['landlord_id']).toBeNull();
    expect(world.exchange.landlords.some(({ name }) => name === 'yale')).toBe(false);
  });

  it('signs challenges for its own endpoint and its own exchange only', async () => {
    const service = await world.landlord({ file: landlordFile({ name: 'brown', region: 'brown' }) });
    await world.enrolled('brown');
    const good = { nonce: 'n'.repeat(32), endpoint: service.url, exchange: world.exchange.url };
    expect((await challenge(service.url, good)).status).toBe(200);
    expect((await challenge(service.url, { ...good, endpoint: 'http://127.0.0.1:1' })).status).toBe(403);
    expect((await challenge(service.url, { ...good, exchange: 'http://127.0.0.1:2' })).status).toBe(403);
    expect((await challenge(service.url, { ...good, nonce: 'short' })).status).toBe(400);
    expect((await challenge(service.url, { ...good, more: 1 })).status).toBe(400);
    expect((await challenge(service.url, [])).status).toBe(400);
  });

  it('does not start with another key than the one it enrolled with', async () => {
    const service = await world.landlord({ file: landlordFile({ name: 'tufts', region: 'tufts' }) });
    await world.enrolled('tufts');
    await rm(path.join(service.dataDirectory, 'landlord-key.json'));
    await expect(service.restart()).rejects.toThrow(/Restore landlord-key.json/);
  });

  it('does not start on a configuration it cannot understand', async () => {
    await expect(world.landlord({ file: landlordFile({ kind: 'storage', offers: [] }) })).rejects.toThrow(
      'kind: this service is a compute landlord',
    );
    const unknown = [{ product: { type: 'server', id: 'huge' }, prices: landlordFile().offers[0]?.prices }];
    await expect(world.landlord({ file: landlordFile({ offers: unknown }) })).rejects.toThrow(
      'offers.0.product.id: this landlord cannot serve huge',
    );
  });

  it('has migrations that make exactly what the entities describe', async () => {
    const service = await world.landlord({ file: landlordFile({ name: 'drift', region: 'drift' }) });
    const dataSource = service.app.get(DataSource);
    expect(dataSource.entityMetadatas).toHaveLength(LANDLORD_ENTITIES.length);
    const difference = await dataSource.driver.createSchemaBuilder().log();
    expect(difference.upQueries.map(({ query }) => query)).toEqual([]);
    await dataSource.query('DROP INDEX landlord_lease_due');
    expect((await dataSource.driver.createSchemaBuilder().log()).upQueries).toHaveLength(1);
    for (let left = dataSource.migrations.length; left > 0; left -= 1) await dataSource.undoLastMigration();
    const tables = await dataSource.query<unknown[]>(`SELECT 1 FROM pg_tables WHERE tablename LIKE 'landlord%'`);
    expect(tables).toEqual([]);
  });
});
