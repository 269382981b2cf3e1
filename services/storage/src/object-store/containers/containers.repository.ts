import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { SwiftMetadata } from '@ocx/openstack-api/object-store/metadata';
import type { SwiftTicks } from '@ocx/openstack-api/object-store/timestamps';
import { DataSource, type EntityManager } from 'typeorm';
import { noLease } from '../accounts/account.js';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import type { NameRange } from '../listings/listing-query.js';
import { nameCondition } from '../listings/name-condition.js';
import { ContainerEntity } from './container.entity.js';
import type { Container } from './container.js';

type MetadataChange = (current: SwiftMetadata) => SwiftMetadata;

const FOREIGN_KEY_VIOLATION = '23503';

/** The account's lease ended while the request was on its way. */
function refuseGoneAccount(error: unknown): never {
  throw (error as { code?: string }).code === FOREIGN_KEY_VIOLATION ? noLease() : error;
}

@Injectable()
export class ContainersRepository {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly accounts: AccountsRepository,
  ) {}

  find(accountId: string, name: string): Promise<Container | null> {
    return this.dataSource.manager.findOneBy(ContainerEntity, { accountId, name });
  }

  findById(id: string): Promise<Container | null> {
    return this.dataSource.manager.findOneBy(ContainerEntity, { id });
  }

  /**
   * Creates the container, or changes the metadata of the one that is there. Tells which. Throws {@link Forbidden} when
   * the account is closed or gone.
   */
  put(container: Omit<Container, 'id' | 'metadata' | 'objectCount' | 'bytesUsed'>, change: MetadataChange) {
    return this.dataSource.transaction(async (manager): Promise<'created' | 'updated'> => {
      const result = await manager
        .createQueryBuilder()
        .insert()
        .into(ContainerEntity)
        .values({ id: randomUUID(), ...container, metadata: { ...change({}) } })
        .orIgnore()
        .returning('id')
        .execute()
        .catch(refuseGoneAccount);
      if ((result.raw as unknown[]).length > 0) {
        await this.accounts.addUsage(manager, container.accountId, { containers: 1 });
        return 'created';
      }
      const row = await this.lock(manager, container.accountId, container.name);
      if (row) await this.changeMetadata(manager, row, container.timestamp, change);
      return 'updated';
    });
  }

  /** Null when there is no such container. */
  updateMetadata(accountId: string, name: string, timestamp: SwiftTicks, change: MetadataChange) {
    return this.dataSource.transaction(async (manager): Promise<Container | null> => {
      const row = await this.lock(manager, accountId, name);
      if (row) await this.changeMetadata(manager, row, timestamp, change);
      return row;
    });
  }

  /** Removes an empty container. The lock keeps an upload that is just being committed from losing its container. */
  remove(accountId: string, name: string): Promise<'removed' | 'missing' | 'not-empty'> {
    return this.dataSource.transaction(async (manager) => {
      const row = await this.lock(manager, accountId, name);
      if (!row) return 'missing';
      if (row.objectCount > 0) return 'not-empty';
      await manager.delete(ContainerEntity, { id: row.id });
      await this.accounts.addUsage(manager, accountId, { containers: -1 });
      return 'removed';
    });
  }

  list(accountId: string, range: NameRange, limit: number): Promise<Container[]> {
    const { sql, order, parameters } = nameCondition('container', range);
    return this.dataSource
      .createQueryBuilder(ContainerEntity, 'container')
      .where('container.accountId = :accountId', { accountId })
      .andWhere(sql, parameters)
      .orderBy('container.name', order)
      .limit(limit)
      .getMany();
  }

  /** Locks the row until the transaction ends: whoever changes the container's objects or the container itself. */
  lock(manager: EntityManager, accountId: string, name: string): Promise<Container | null> {
    return manager.findOne(ContainerEntity, { where: { accountId, name }, lock: { mode: 'pessimistic_write' } });
  }

  async addUsage(manager: EntityManager, container: Container, change: { objects: number; bytes: number }) {
    await manager.query(
      'UPDATE object_containers SET object_count = object_count + $2, bytes_used = bytes_used + $3 WHERE id = $1',
      [container.id, change.objects, change.bytes],
    );
    return this.accounts.addUsage(manager, container.accountId, change);
  }

  /** Some container of the account, or null when none is left. */
  findAny(accountId: string): Promise<Container | null> {
    return this.dataSource.manager.findOneBy(ContainerEntity, { accountId });
  }

  private async changeMetadata(manager: EntityManager, row: Container, timestamp: SwiftTicks, change: MetadataChange) {
    await manager.update(ContainerEntity, { id: row.id }, { metadata: { ...change(row.metadata) }, timestamp });
  }
}
