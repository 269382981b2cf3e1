import { randomUUID } from 'node:crypto';
import { dataSourceOptions } from '@ocx/service-kit/database';
import { testDatabase, type TestDatabase } from '@ocx/testing/postgres';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTITIES, MIGRATIONS } from '../src/database/entities.js';
import { ServerEntity } from '../src/servers/server.entity.js';
import { serverSort } from '../src/servers/server-filter.js';
import type { Server } from '../src/servers/server.js';
import { ServersRepository } from '../src/servers/servers.repository.js';

const OWNER = { realm: 'own', projectId: 'a'.repeat(32) } as const;

function server(index: number): Server {
  const at = new Date(1_700_000_000_000 + Math.floor(index / 3) * 1000);
  return {
    ...OWNER,
    id: randomUUID(),
    userId: 'u',
    leaseId: null,
    name: `s${index % 4}`,
    description: null,
    imageId: randomUUID(),
    flavorId: 'm1.tiny',
    vmState: index % 2 === 0 ? 'active' : 'stopped',
    taskState: index % 3 === 0 ? 'rebooting' : null,
    fault: null,
    keyName: index % 4 === 0 ? null : `k${index % 3}`,
    publicKeys: [],
    userData: null,
    hostname: 'h',
    metadata: {},
    tags: [],
    accessIPv4: '',
    accessIPv6: '',
    diskConfig: 'MANUAL',
    configDrive: false,
    networkId: null,
    address: null,
    mac: null,
    engineId: null,
    createdAt: at,
    updatedAt: at,
    launchedAt: index % 5 === 0 ? null : at,
  };
}

describe('pages of servers', () => {
  let database: TestDatabase;
  let source: DataSource;
  let servers: ServersRepository;

  beforeAll(async () => {
    database = await testDatabase();
    const options = { url: database.url, entities: ENTITIES, migrations: MIGRATIONS };
    source = await new DataSource(dataSourceOptions(options)).initialize();
    await source.runMigrations();
    servers = new ServersRepository(source.getRepository(ServerEntity));
    for (let index = 0; index < 13; index += 1) await servers.add(source.manager, server(index));
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  const keys = ['created_at', 'display_name', 'vm_state', 'task_state', 'key_name', 'launched_at', 'uuid'];
  const orders = keys.flatMap((key) => ['asc', 'desc'].map((direction) => [key, direction] as const));

  it.each(orders)('by %s %s are the whole list, each server once, whatever is null', async (key, direction) => {
    const sort = serverSort({ sort_key: [key, 'task_state'], sort_dir: [direction, 'asc'] });
    const whole = await servers.list(OWNER, { query: {} }, { sort, limit: 100 });
    expect(whole).toHaveLength(13);
    const paged: Server[] = [];
    for (;;) {
      const marker = paged.at(-1);
      const page = await servers.list(OWNER, { query: {} }, { sort, limit: 3, ...(marker ? { marker } : {}) });
      if (page.length === 0) break;
      paged.push(...page);
    }
    expect(paged.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
  });
});
