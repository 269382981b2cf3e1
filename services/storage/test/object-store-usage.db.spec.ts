import { randomUUID } from 'node:crypto';
import { Forbidden } from '@ocx/service-kit/errors';
import { dataSourceOptions } from '@ocx/service-kit/database';
import { testDatabase, type TestDatabase } from '@ocx/testing/postgres';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORAGE_ENTITIES, STORAGE_MIGRATIONS } from '../src/database/schema.js';
import { AccountsRepository } from '../src/object-store/accounts/accounts.repository.js';

const LARGEST = 5 * 1024 ** 3;

describe('the usage of an account', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let accounts: AccountsRepository;
  beforeAll(async () => {
    database = await testDatabase();
    const options = { url: database.url, entities: STORAGE_ENTITIES, migrations: STORAGE_MIGRATIONS };
    dataSource = await new DataSource(dataSourceOptions(options)).initialize();
    await dataSource.runMigrations();
    accounts = new AccountsRepository(dataSource);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  async function open(): Promise<string> {
    const account = await accounts.open({ realm: 'own', projectId: randomUUID(), leaseId: null, timestamp: 1 });
    if (!account) throw new Error('The account did not open.');
    return account.id;
  }

  it('counts objects of any size, as they come and go', async () => {
    const id = await open();
    const add = (bytes: number) => accounts.addUsage(dataSource.manager, id, { objects: Math.sign(bytes), bytes });
    expect(await add(LARGEST)).toEqual({ leaseId: null, bytesUsed: LARGEST });
    expect(await add(LARGEST)).toEqual({ leaseId: null, bytesUsed: 2 * LARGEST });
    await add(-LARGEST);
    expect(await add(-LARGEST)).toEqual({ leaseId: null, bytesUsed: 0 });
  });

  it('only falls once the account is closed', async () => {
    const id = await open();
    await accounts.addUsage(dataSource.manager, id, { objects: 1, bytes: LARGEST });
    await accounts.close(id);
    await expect(accounts.addUsage(dataSource.manager, id, { bytes: 1 })).rejects.toThrow(Forbidden);
    const emptied = await accounts.addUsage(dataSource.manager, id, { objects: -1, bytes: -LARGEST });
    expect(emptied.bytesUsed).toBe(0);
  });
});
