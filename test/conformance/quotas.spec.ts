import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { passwordOpenrc } from '@ocx/local-exchange/openrc';
import { LIMITS_FRESH_MS } from '@ocx/service-kit/unified-limits';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ExchangeUnderTest, type TestTenant } from '../test-exchange.js';
import { ClientFailed, StockClient } from './stock-client.js';

interface Registered {
  readonly ID: string;
  readonly 'Resource Name': string;
  readonly 'Default Limit': number;
  readonly 'Region ID': string | null;
}

describe('quotas as an operator sets them, with the stock openstack client', () => {
  let operator: StockClient;
  let member: TestTenant;
  let client: StockClient;
  const servers: string[] = [];

  beforeAll(async () => {
    const exchange = await ExchangeUnderTest.open(inject('exchangeDirectory'));
    const place = { authUrl: exchange.urls.identity, region: 'exchange' };
    const admin = { name: 'admin', password: await exchange.secret('admin-password'), project: 'admin' };
    operator = new StockClient(passwordOpenrc(place, admin));
    member = await exchange.newTenant('limited');
    client = new StockClient(await member.applicationCredentialOpenrc());
  });
  afterAll(async () => {
    if (servers.length > 0) await client.openstack('server', 'delete', '--wait', ...servers);
  });

  const create = async (): Promise<string> => {
    const name = `limited-${randomUUID().slice(0, 8)}`;
    const { id } = await client.json<{ id: string }>(
      ...['server', 'create', '--image', 'demonstration', '--flavor', 'm1.tiny', name],
    );
    servers.push(id);
    return id;
  };
  const refusal = async (making: Promise<unknown>): Promise<string> => {
    const failure: unknown = await making.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ClientFailed);
    return (failure as ClientFailed).output;
  };
  const limited = (service: string, resource: string, limit: number) =>
    operator.json<{ id: string; resource_limit: number }>(
      ...['limit', 'create', '--project', member.projectName],
      ...['--service', service, '--resource-limit', String(limit), resource],
    );
  const noticed = () => sleep(LIMITS_FRESH_MS);

  it('stand in the list of registered limits', async () => {
    const listed = await operator.json<Registered[]>('registered', 'limit', 'list');
    const defaults = listed.map((one) => [one['Resource Name'], one['Default Limit']]);
    expect(defaults).toEqual(
      expect.arrayContaining([
        ['servers', 20],
        ['class:VCPU', 40],
        ['class:MEMORY_MB', 51_200],
        ['server_key_pairs', 100],
        ['volumes', 20],
        ['gigabytes', 1000],
      ]),
    );
    expect(await refusal(client.openstack('registered', 'limit', 'delete', listed[0]?.ID ?? ''))).toContain('403');
  });

  it('of servers hold, are told, and let more in as soon as they are wider', async () => {
    const { id } = await limited('nova', 'servers', 1);
    await noticed();
    await create();
    expect(await refusal(create())).toMatch(
      /Quota exceeded for instances: Requested 1, but already used 1 of 1 instances.*HTTP 403/s,
    );
    const absolute = await client.json<{ Name: string; Value: number }[]>('limits', 'show', '--absolute');
    expect(absolute).toEqual(
      expect.arrayContaining([
        { Name: 'maxTotalInstances', Value: 1 },
        { Name: 'totalInstancesUsed', Value: 1 },
        { Name: 'maxTotalVolumes', Value: 20 },
      ]),
    );
    const quotas = { instances: 1, cores: 40, ram: 51_200, volumes: 20, gigabytes: 1000, routers: 0 };
    expect(await client.json('quota', 'show')).toMatchObject(quotas);
    expect(await operator.json('quota', 'show', member.projectName)).toMatchObject(quotas);
    expect(await client.json('quota', 'show', '--default')).toMatchObject({ ...quotas, instances: 20 });
    await operator.json('limit', 'set', '--resource-limit', '2', id);
    await noticed();
    await create();
    expect(await refusal(create())).toContain('already used 2 of 2 instances');
    await operator.openstack('limit', 'delete', id);
    await noticed();
    await create();
  }, 180_000);

  it('of volumes hold too', async () => {
    const { id } = await limited('cinderv3', 'gigabytes', 2);
    await noticed();
    const volume = (size: number) => client.json<{ id: string }>('volume', 'create', '--size', String(size), 'limited');
    expect(await refusal(volume(3))).toMatch(/quota is 2G and 0G has been consumed/);
    await operator.openstack('limit', 'delete', id);
    await noticed();
    const made = await volume(3);
    await client.openstack('volume', 'delete', made.id);
  }, 120_000);
});
