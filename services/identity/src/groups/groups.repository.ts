import { Injectable } from '@nestjs/common';
import { Conflict } from '@ocx/service-kit/errors';
import { DataSource, type EntityManager } from 'typeorm';
import { isUniqueViolation } from '../database/constraints.js';
import { findPage } from '../database/paging.js';
import { matching, type TextMatch } from '../database/text-match.js';
import type { Page, PageRequest } from '../wire/collection.js';
import { GroupMembershipEntity } from './group-membership.entity.js';
import type { Group } from './group.js';
import { GroupEntity } from './group.entity.js';

export interface GroupFilter {
  readonly name?: readonly TextMatch[];
  readonly domainId?: string | undefined;
}

const LIVE = '(expires_at IS NULL OR expires_at > now())';

@Injectable()
export class GroupsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(filter: GroupFilter, page: PageRequest): Promise<Page<Group>> {
    const name = matching(filter.name);
    const where = {
      ...(name === undefined ? {} : { name }),
      ...(filter.domainId === undefined ? {} : { domainId: filter.domainId }),
    };
    return findPage(this.dataSource.getRepository(GroupEntity), where, page);
  }

  listOfUser(userId: string): Promise<Group[]> {
    return this.dataSource
      .getRepository(GroupEntity)
      .createQueryBuilder('g')
      .where(`g.id IN (SELECT group_id FROM group_memberships WHERE user_id = :userId AND ${LIVE})`, { userId })
      .orderBy('g.id')
      .getMany();
  }

  find(id: string): Promise<Group | null> {
    return this.dataSource.getRepository(GroupEntity).findOneBy({ id });
  }

  /** A group by name, in the domain with this id or this name. */
  async findByName(name: string, domain: { id?: string; name?: string }): Promise<Group | undefined> {
    const rows = await this.dataSource.query<Group[]>(
      `SELECT g.id, g.domain_id AS "domainId", g.name, g.description FROM groups g JOIN domains d ON d.id = g.domain_id
        WHERE g.name = $1 AND (d.id = $2 OR d.name = $3)`,
      [name, domain.id ?? null, domain.name ?? null],
    );
    return rows[0];
  }

  async save(group: Group, exists: boolean): Promise<void> {
    const rows = this.dataSource.getRepository(GroupEntity);
    const write = exists ? rows.update({ id: group.id }, group) : rows.insert(group);
    await write.catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      throw new Conflict(
        `Conflict occurred attempting to store group - Duplicate entry found with name ${group.name}.`,
      );
    });
  }

  async delete(tx: EntityManager, id: string): Promise<void> {
    await tx.getRepository(GroupEntity).delete({ id });
  }

  async memberIds(id: string): Promise<string[]> {
    const rows = await this.dataSource.query<{ user_id: string }[]>(
      `SELECT user_id FROM group_memberships WHERE group_id = $1 AND ${LIVE} ORDER BY user_id`,
      [id],
    );
    return rows.map((row) => row.user_id);
  }

  async addMember(userId: string, groupId: string): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO group_memberships (user_id, group_id, mapped) VALUES ($1, $2, false)
       ON CONFLICT (user_id, group_id) DO UPDATE SET mapped = false, expires_at = NULL`,
      [userId, groupId],
    );
  }

  /** False when the user was no member. */
  async removeMember(tx: EntityManager, userId: string, groupId: string): Promise<boolean> {
    const result = await tx.getRepository(GroupMembershipEntity).delete({ userId, groupId });
    return (result.affected ?? 0) > 0;
  }

  /**
   * Makes the mapped memberships of a federated user exactly `groupIds`; those an administrator gave stay.
   * @returns whether a mapped membership was withdrawn
   */
  async setMapped(
    tx: EntityManager,
    userId: string,
    groupIds: readonly string[],
    until: Date | null,
  ): Promise<boolean> {
    const removed = await tx.query<unknown[][]>(
      `DELETE FROM group_memberships WHERE user_id = $1 AND mapped AND NOT group_id = ANY($2) RETURNING 1`,
      [userId, groupIds],
    );
    await tx.query(
      `INSERT INTO group_memberships (user_id, group_id, mapped, expires_at)
       SELECT $1, unnest($2::varchar[]), true, $3
       ON CONFLICT (user_id, group_id) DO UPDATE SET expires_at = excluded.expires_at WHERE group_memberships.mapped`,
      [userId, groupIds, until],
    );
    return (removed[0]?.length ?? 0) > 0;
  }
}
