import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { SwiftMetadata } from '@ocx/openstack-api/object-store/metadata';
import type { SwiftTicks } from '@ocx/openstack-api/object-store/timestamps';
import { DataSource, type EntityManager } from 'typeorm';
import { AccountEntity } from './account.entity.js';
import { noLease, type Account, type UsageChange } from './account.js';

@Injectable()
export class AccountsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  find(realm: Account['realm'], projectId: string): Promise<Account | null> {
    return this.dataSource.manager.findOneBy(AccountEntity, { realm, projectId, closing: false });
  }

  findByLease(leaseId: string): Promise<Account | null> {
    return this.dataSource.manager.findOneBy(AccountEntity, { leaseId });
  }

  /** Opens the account unless it is open. Several at once open one. */
  async open(account: Pick<Account, 'realm' | 'projectId' | 'leaseId' | 'timestamp'>): Promise<Account | null> {
    await this.dataSource
      .createQueryBuilder()
      .insert()
      .into(AccountEntity)
      .values({ id: randomUUID(), ...account })
      .orIgnore()
      .execute();
    return this.find(account.realm, account.projectId);
  }

  /** Changes metadata under a lock, so that two requests at once both count. */
  async updateMetadata(
    id: string,
    timestamp: SwiftTicks,
    change: (current: SwiftMetadata) => SwiftMetadata,
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const row = await manager.findOneOrFail(AccountEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
      await manager.update(AccountEntity, { id }, { metadata: { ...change(row.metadata) }, timestamp });
    });
  }

  /**
   * Counts a change, and tells under which lease how many bytes are stored now. Throws {@link Forbidden} for more in an
   * account that is closed.
   */
  async addUsage(
    manager: EntityManager,
    id: string,
    change: UsageChange,
  ): Promise<{ leaseId: string | null; bytesUsed: number }> {
    const [rows] = await manager.query<[{ lease_id: string | null; bytes_used: string }[], number]>(
      `UPDATE object_accounts
          SET container_count = container_count + $2, object_count = object_count + $3, bytes_used = bytes_used + $4
        WHERE id = $1 AND (NOT closing OR ($2::bigint <= 0 AND $3::bigint <= 0 AND $4::bigint <= 0)) RETURNING lease_id, bytes_used`,
      [id, change.containers ?? 0, change.objects ?? 0, change.bytes ?? 0],
    );
    const row = rows[0];
    if (!row) throw noLease();
    return { leaseId: row.lease_id, bytesUsed: Number(row.bytes_used) };
  }

  /** Nobody reaches the account from now on. */
  async close(id: string): Promise<void> {
    await this.dataSource.manager.update(AccountEntity, { id }, { closing: true });
  }

  /**
   * Closes the account of the lease unless an object is in it, and so that it cannot be opened any more when it never was.
   * One statement: whoever commits an object comes before it, or meets a closed account.
   */
  async closeIfEmpty(account: {
    readonly projectId: string;
    readonly leaseId: string;
    readonly timestamp: SwiftTicks;
  }): Promise<boolean> {
    const closed: unknown[] = await this.dataSource.query(
      `INSERT INTO object_accounts AS known (id, realm, project_id, lease_id, timestamp, closing)
       VALUES ($1, 'exchange', $2, $3, $4, true)
       ON CONFLICT (lease_id) WHERE lease_id IS NOT NULL DO UPDATE SET closing = true WHERE known.object_count = 0
       RETURNING id`,
      [randomUUID(), account.projectId, account.leaseId, account.timestamp],
    );
    return closed.length === 1;
  }

  /** Removes an account that is empty. */
  async remove(id: string): Promise<void> {
    await this.dataSource.manager.delete(AccountEntity, { id });
  }
}
