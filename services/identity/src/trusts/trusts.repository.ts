import { Injectable } from '@nestjs/common';
import { NotFound } from '@ocx/service-kit/errors';
import { DataSource, type EntityManager, In } from 'typeorm';
import { isForeignKeyViolation } from '../database/constraints.js';
import { RoleEntity } from '../roles/role.entity.js';
import type { Trust } from './trust.js';
import { TrustEntity } from './trust.entity.js';
import { TrustRoleEntity } from './trust-role.entity.js';

export interface TrustFilter {
  readonly trustorUserId?: string | undefined;
  readonly trusteeUserId?: string | undefined;
}

const AT_MOST = 1000;

@Injectable()
export class TrustsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(filter: TrustFilter): Promise<Trust[]> {
    const rows = await this.dataSource.getRepository(TrustEntity).find({
      where: {
        ...(filter.trustorUserId === undefined ? {} : { trustorUserId: filter.trustorUserId }),
        ...(filter.trusteeUserId === undefined ? {} : { trusteeUserId: filter.trusteeUserId }),
      },
      order: { id: 'ASC' },
      take: AT_MOST,
    });
    return this.complete(rows);
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
