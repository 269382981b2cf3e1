import { Injectable } from '@nestjs/common';
import { Conflict } from '@ocx/service-kit/errors';
import { DataSource, type EntityManager, In, IsNull } from 'typeorm';
import { isUniqueViolation } from '../database/constraints.js';
import { findPage } from '../database/paging.js';
import { matching, type TextMatch } from '../database/text-match.js';
import type { Page, PageRequest } from '../wire/collection.js';
import { ImpliedRoleEntity } from './implied-role.entity.js';
import type { Role } from './role.js';
import { RoleEntity } from './role.entity.js';

export interface Implication {
  readonly priorRoleId: string;
  readonly impliedRoleId: string;
}

export interface RoleFilter {
  readonly name?: readonly TextMatch[];
  /** The roles of this domain; without it, the global ones. */
  readonly domainId?: string | undefined;
}

@Injectable()
export class RolesRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(filter: RoleFilter, page: PageRequest): Promise<Page<Role>> {
    const name = matching(filter.name);
    const where = { ...(name === undefined ? {} : { name }), domainId: filter.domainId ?? IsNull() };
    return findPage(this.dataSource.getRepository(RoleEntity), where, page);
  }

  find(id: string): Promise<Role | null> {
    return this.dataSource.getRepository(RoleEntity).findOneBy({ id });
  }

  /** A global role. */
  findByName(name: string): Promise<Role | null> {
    return this.dataSource.getRepository(RoleEntity).findOneBy({ name, domainId: IsNull() });
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

  findImplication(implication: Implication): Promise<Implication | null> {
    return this.dataSource.getRepository(ImpliedRoleEntity).findOneBy(implication);
  }

  implications(): Promise<Implication[]> {
    return this.dataSource.getRepository(ImpliedRoleEntity).find();
  }

  async imply(implication: Implication): Promise<void> {
    await this.dataSource
      .getRepository(ImpliedRoleEntity)
      .insert(implication)
      .catch((error: unknown) => {
        if (!isUniqueViolation(error)) throw error;
        throw new Conflict('Conflict occurred attempting to store implied_role - Duplicate entry.');
      });
  }

  async removeImplication(tx: EntityManager, implication: Implication): Promise<boolean> {
    const result = await tx.getRepository(ImpliedRoleEntity).delete(implication);
    return (result.affected ?? 0) > 0;
  }
}
