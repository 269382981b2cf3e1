import { Injectable } from '@nestjs/common';
import { Conflict } from '@ocx/service-kit/errors';
import { DataSource, type EntityManager, In, MoreThan } from 'typeorm';
import { isUniqueViolation } from '../database/constraints.js';
import { type Page, type PageRequest, toPage } from '../wire/collection.js';
import { ImpliedRoleEntity } from './implied-role.entity.js';
import type { Role } from './role.js';
import { RoleEntity } from './role.entity.js';

export interface Implication {
  readonly priorRoleId: string;
  readonly impliedRoleId: string;
}

@Injectable()
export class RolesRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(filter: { name?: string | undefined }, page: PageRequest): Promise<Page<Role>> {
    const rows = await this.dataSource.getRepository(RoleEntity).find({
      where: {
        ...(filter.name === undefined ? {} : { name: filter.name }),
        ...(page.marker === undefined ? {} : { id: MoreThan(page.marker) }),
      },
      order: { id: 'ASC' },
      take: page.limit + 1,
    });
    return toPage(rows, page);
  }

  find(id: string): Promise<Role | null> {
    return this.dataSource.getRepository(RoleEntity).findOneBy({ id });
  }

  findByName(name: string): Promise<Role | null> {
    return this.dataSource.getRepository(RoleEntity).findOneBy({ name });
  }

  findByIds(ids: readonly string[]): Promise<Role[]> {
    return this.dataSource.getRepository(RoleEntity).findBy({ id: In([...ids]) });
  }

  async save(role: Role, exists: boolean): Promise<void> {
    const rows = this.dataSource.getRepository(RoleEntity);
    const write = exists ? rows.update({ id: role.id }, role) : rows.insert(role);
    await write.catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      throw new Conflict(`Conflict occurred attempting to store role - Duplicate entry found with name ${role.name}.`);
    });
  }

  async delete(tx: EntityManager, id: string): Promise<void> {
    await tx.getRepository(RoleEntity).delete({ id });
  }

  /** Users who hold the role, directly, through a group, or through a role that implies it. */
  async holders(tx: EntityManager, roleId: string): Promise<string[]> {
    const rows = await tx.query<{ user_id: string }[]>(
      `WITH RECURSIVE prior AS (
         SELECT $1::varchar AS role_id
         UNION SELECT i.prior_role_id FROM implied_roles i JOIN prior p ON i.implied_role_id = p.role_id)
       SELECT ra.user_id FROM role_assignments ra JOIN prior USING (role_id) WHERE ra.user_id IS NOT NULL
       UNION SELECT m.user_id FROM role_assignments ra JOIN prior USING (role_id)
         JOIN group_memberships m ON m.group_id = ra.group_id`,
      [roleId],
    );
    return rows.map((row) => row.user_id);
  }

  implications(): Promise<Implication[]> {
    return this.dataSource.getRepository(ImpliedRoleEntity).find();
  }

  async imply(implication: Implication): Promise<void> {
    await this.dataSource.getRepository(ImpliedRoleEntity).upsert(implication, ['priorRoleId', 'impliedRoleId']);
  }

  async removeImplication(tx: EntityManager, implication: Implication): Promise<boolean> {
    const result = await tx.getRepository(ImpliedRoleEntity).delete(implication);
    return (result.affected ?? 0) > 0;
  }
}
