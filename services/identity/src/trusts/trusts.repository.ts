import { Injectable } from '@nestjs/common';
import { NotFound } from '@ocx/service-kit/errors';
import { DataSource, type EntityManager, In, IsNull, MoreThan, Or } from 'typeorm';
import { isForeignKeyViolation } from '../database/constraints.js';
import { purgeExpired } from '../database/purge.js';
import { findPage } from '../database/paging.js';
import { RoleEntity } from '../roles/role.entity.js';
import type { Page, PageRequest } from '../wire/collection.js';
import type { Trust } from './trust.js';
import { TrustEntity } from './trust.entity.js';
import { TrustRoleEntity } from './trust-role.entity.js';

export interface TrustFilter {
  readonly trustorUserId?: string | undefined;
  readonly trusteeUserId?: string | undefined;
}

@Injectable()
export class TrustsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Those that are not over. */
  async list(filter: TrustFilter, page: PageRequest): Promise<Page<Trust>> {
    const where = {
      ...(filter.trustorUserId === undefined ? {} : { trustorUserId: filter.trustorUserId }),
      ...(filter.trusteeUserId === undefined ? {} : { trusteeUserId: filter.trusteeUserId }),
      remainingUses: Or(IsNull(), MoreThan(0)),
      expiresAt: Or(IsNull(), MoreThan(new Date())),
    };
    const { items, next } = await findPage(this.dataSource.getRepository(TrustEntity), where, page);
    return { items: await this.complete([...items]), next };
  }

  async find(id: string): Promise<Trust | undefined> {
    const row = await this.dataSource.getRepository(TrustEntity).findOneBy({ id });
    return row ? (await this.complete([row]))[0] : undefined;
  }

  /** The trust from which a chain of redelegations started; itself when it was not redelegated. */
  async findRoot(id: string): Promise<Trust | undefined> {
    const [root] = await this.dataSource.query<{ id: string }[]>(
      `WITH RECURSIVE chain(id, parent) AS (
         SELECT id, redelegated_trust_id FROM trusts WHERE id = $1
         UNION SELECT t.id, t.redelegated_trust_id FROM chain JOIN trusts t ON t.id = chain.parent)
       SELECT id FROM chain WHERE parent IS NULL`,
      [id],
    );
    return root && this.find(root.id);
  }

  async insert(trust: Trust): Promise<void> {
    const { roles, ...row } = trust;
    const links = roles.map((role) => ({ trustId: row.id, roleId: role.id }));
    await this.dataSource
      .transaction(async (tx) => {
        await tx.getRepository(TrustEntity).insert(row);
        await tx.getRepository(TrustRoleEntity).insert(links);
      })
      .catch((error: unknown) => {
        if (!isForeignKeyViolation(error)) throw error;
        throw new NotFound(`Could not find project: ${row.projectId ?? ''}.`);
      });
  }

  /** Takes one of the uses that are left, if any are counted; false when there is none. */
  async use(id: string): Promise<boolean> {
    const [, count] = await this.dataSource.query<[unknown[], number]>(
      `UPDATE trusts SET remaining_uses = remaining_uses - 1
        WHERE id = $1 AND (remaining_uses IS NULL OR remaining_uses > 0)`,
      [id],
    );
    return count > 0;
  }

  /** The trust and all that were made from it, the ones that end when it does. */
  async descendants(tx: EntityManager, id: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>(
      `WITH RECURSIVE chain(id) AS (
         VALUES ($1::varchar) UNION SELECT t.id FROM chain JOIN trusts t ON t.redelegated_trust_id = chain.id)
       SELECT id FROM chain`,
      [id],
    );
    return rows.map((row) => row.id);
  }

  /** What is over by time. One whose uses are taken stays: its last token may live. */
  purge(limit: number): Promise<number> {
    return purgeExpired(this.dataSource, { table: 'trusts', column: 'expires_at', before: new Date(), limit });
  }

  async delete(tx: EntityManager, id: string): Promise<void> {
    await tx.getRepository(TrustEntity).delete({ id });
  }

  private async complete(rows: readonly TrustEntity[]): Promise<Trust[]> {
    const trustIds = rows.map((row) => row.id);
    const links = await this.dataSource.getRepository(TrustRoleEntity).findBy({ trustId: In(trustIds) });
    const roles = await this.dataSource.getRepository(RoleEntity).findBy({ id: In(links.map((l) => l.roleId)) });
    return rows.map((row) => {
      const roleIds = links.filter((link) => link.trustId === row.id).map((link) => link.roleId);
      return { ...(row as Omit<Trust, 'roles'>), roles: roles.filter((role) => roleIds.includes(role.id)) };
    });
  }
}
