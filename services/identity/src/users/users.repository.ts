import { Injectable } from '@nestjs/common';
import { Conflict, NotFound } from '@ocx/service-kit/errors';
import {
  DataSource,
  type EntityManager,
  Equal,
  type FindOperator,
  type FindOptionsWhere,
  IsNull,
  LessThan,
  LessThanOrEqual,
  MoreThan,
  MoreThanOrEqual,
  Not,
  Raw,
} from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { isForeignKeyViolation, isUniqueViolation } from '../database/constraints.js';
import { findPage } from '../database/paging.js';
import { matching, type TextMatch } from '../database/text-match.js';
import type { Page, PageRequest } from '../wire/collection.js';
import type { User, UserWithDomain } from './user.js';
import { UserEntity } from './user.entity.js';

export interface UserFilter {
  readonly name?: readonly TextMatch[];
  readonly enabled?: boolean | undefined;
  readonly domainId?: string | undefined;
  readonly identityProviderId?: string | undefined;
  readonly protocolId?: string | undefined;
  /** What the provider calls the user: here the user's id. */
  readonly uniqueId?: string | undefined;
  readonly passwordExpires?: { readonly operator: TimeOperator; readonly time: Date } | undefined;
  /** Members of this group. */
  readonly groupId?: string | undefined;
}

/** How a time is compared. One that is not there meets no comparison. */
export type TimeOperator = 'lt' | 'lte' | 'gt' | 'gte' | 'eq' | 'neq';
const COMPARE: Readonly<Record<TimeOperator, (time: Date) => FindOperator<Date>>> = {
  lt: (time) => LessThan(time),
  lte: (time) => LessThanOrEqual(time),
  gt: (time) => MoreThan(time),
  gte: (time) => MoreThanOrEqual(time),
  eq: (time) => Equal(time),
  neq: (time) => Not(Equal(time)),
};

const WITH_DOMAIN = `SELECT u.id, u.domain_id AS "domainId", u.name, u.enabled, u.email, u.description,
    u.default_project_id AS "defaultProjectId", u.password_hash AS "passwordHash", u.password_created_at AS "passwordCreatedAt",
    u.password_expires_at AS "passwordExpiresAt", u.password_self_service AS "passwordSelfService", u.options, u.extra,
    u.identity_provider_id AS "identityProviderId", u.protocol_id AS "protocolId",
    d.name AS "domainName", d.enabled AS "domainEnabled"
  FROM users u JOIN domains d ON d.id = u.domain_id`;

@Injectable()
export class UsersRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(filter: UserFilter, page: PageRequest): Promise<Page<User>> {
    const name = matching(filter.name);
    const where: FindOptionsWhere<UserEntity> = {
      ...(name === undefined ? {} : { name }),
      ...(filter.enabled === undefined ? {} : { enabled: filter.enabled }),
      ...(filter.domainId === undefined ? {} : { domainId: filter.domainId }),
      // Only a federated user has an id that is the provider's, too.
      ...(filter.uniqueId === undefined ? {} : { id: Equal(filter.uniqueId), identityProviderId: Not(IsNull()) }),
      ...(filter.identityProviderId === undefined ? {} : { identityProviderId: filter.identityProviderId }),
      ...(filter.protocolId === undefined ? {} : { protocolId: filter.protocolId }),
      ...(filter.passwordExpires === undefined
        ? {}
        : { passwordExpiresAt: COMPARE[filter.passwordExpires.operator](filter.passwordExpires.time) }),
      ...(filter.groupId === undefined ? {} : { id: this.inGroup(filter.groupId) }),
    };
    return findPage(this.dataSource.getRepository(UserEntity), where, page);
  }

  private inGroup(groupId: string): FindOperator<string> {
    const members = `SELECT user_id FROM group_memberships
      WHERE group_id = :groupId AND (expires_at IS NULL OR expires_at > now())`;
    return Raw((id) => `${id} IN (${members})`, { groupId }) as FindOperator<string>;
  }

  async find(id: string): Promise<UserWithDomain | undefined> {
    const rows = await this.dataSource.query<UserWithDomain[]>(`${WITH_DOMAIN} WHERE u.id = $1`, [id]);
    return rows[0];
  }

  async findByName(name: string, domain: { id?: string; name?: string }): Promise<UserWithDomain | undefined> {
    const rows = await this.dataSource.query<UserWithDomain[]>(
      `${WITH_DOMAIN} WHERE u.name = $1 AND (d.id = $2 OR d.name = $3)`,
      [name, domain.id ?? null, domain.name ?? null],
    );
    return rows[0];
  }

  async insert(tx: EntityManager, user: User): Promise<void> {
    await tx
      .getRepository(UserEntity)
      .insert(user as QueryDeepPartialEntity<UserEntity>)
      .catch((error: unknown) => this.refuse(error, user));
  }

  async update(tx: EntityManager, user: User): Promise<void> {
    await tx
      .getRepository(UserEntity)
      .update({ id: user.id }, user as QueryDeepPartialEntity<UserEntity>)
      .catch((error: unknown) => this.refuse(error, user));
  }

  /** The same password by another hash, unless it was changed meanwhile. */
  async replaceHash(id: string, before: string, after: string): Promise<void> {
    await this.dataSource.getRepository(UserEntity).update({ id, passwordHash: before }, { passwordHash: after });
  }

  /** A fresh start for the logins: no failures, and active today. */
  async restartLogins(tx: EntityManager, id: string): Promise<void> {
    await tx.query(
      `INSERT INTO user_logins (user_id, last_active_on) VALUES ($1, CURRENT_DATE)
       ON CONFLICT (user_id) DO UPDATE SET failed_count = 0, failed_at = NULL, last_active_on = CURRENT_DATE`,
      [id],
    );
  }

  /** Writes a federated user as the provider describes them now; `enabled` stays the operator's. */
  async upsertFederated(tx: EntityManager, user: User): Promise<void> {
    await tx
      .query(
        `INSERT INTO users (id, domain_id, name, enabled, email, identity_provider_id, protocol_id)
         VALUES ($1, $2, $3, true, $4, $5, $6)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email, protocol_id = excluded.protocol_id`,
        [user.id, user.domainId, user.name, user.email, user.identityProviderId, user.protocolId],
      )
      .catch((error: unknown) => this.refuse(error, user));
  }

  async delete(tx: EntityManager, id: string): Promise<void> {
    await tx.getRepository(UserEntity).delete({ id });
  }

  private refuse(error: unknown, { name, defaultProjectId }: User): never {
    // The domain was asked for before: what is left to be missing is the project.
    if (isForeignKeyViolation(error)) throw new NotFound(`Could not find project: ${defaultProjectId ?? ''}.`);
    if (!isUniqueViolation(error)) throw error;
    throw new Conflict(`Conflict occurred attempting to store user - Duplicate entry found with name ${name}.`);
  }
}
