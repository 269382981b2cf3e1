import { Injectable } from '@nestjs/common';
import { InvalidInput, NotFound, Unauthenticated } from '@ocx/service-kit/errors';
import { Transactions } from '../database/transactions.js';
import { DEFAULT_DOMAIN_ID } from '../domains/domain.js';
import { DomainsService } from '../domains/domains.service.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import type { Page, PageRequest } from '../wire/collection.js';
import { newId } from '../wire/id.js';
import type { User, UserWithDomain } from './user.js';
import { type UserFilter, UsersRepository } from './users.repository.js';

export interface NewUser {
  readonly name: string;
  readonly domainId?: string | undefined;
  readonly password?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly enabled?: boolean;
  readonly defaultProjectId?: string | null | undefined;
  readonly extra?: Readonly<Record<string, unknown>>;
}

export interface UserChange {
  readonly domainId?: string | undefined;
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly name?: string | undefined;
  readonly password?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly enabled?: boolean | undefined;
  readonly defaultProjectId?: string | null | undefined;
}

const kept = <T>(value: T | undefined, before: T): T => (value === undefined ? before : value);

@Injectable()
export class UsersService {
  constructor(
    private readonly repository: UsersRepository,
    private readonly domains: DomainsService,
    private readonly hasher: PasswordHasher,
    private readonly revocations: RevocationsService,
    private readonly transactions: Transactions,
  ) {}

  list(filter: UserFilter, page: PageRequest): Promise<Page<User>> {
    return this.repository.list(filter, page);
  }

  listByIds(ids: readonly string[]): Promise<User[]> {
    return this.repository.listByIds(ids);
  }

  find(id: string): Promise<UserWithDomain | undefined> {
    return this.repository.find(id);
  }

  findByName(name: string, domain: { id?: string; name?: string }): Promise<UserWithDomain | undefined> {
    return this.repository.findByName(name, domain);
  }

  async show(id: string): Promise<UserWithDomain> {
    const user = await this.repository.find(id);
    if (!user) throw new NotFound(`Could not find user: ${id}.`);
    return user;
  }

  async create(fields: NewUser): Promise<User> {
    const domainId = fields.domainId ?? DEFAULT_DOMAIN_ID;
    await this.domains.show(domainId);
    const user: User = {
      id: newId(),
      domainId,
      name: fields.name,
      enabled: fields.enabled ?? true,
      email: fields.email ?? null,
      description: fields.description ?? null,
      defaultProjectId: fields.defaultProjectId ?? null,
      passwordHash: fields.password == null ? null : await this.hasher.hash(fields.password),
      identityProviderId: null,
      protocolId: null,
      extra: fields.extra ?? {},
    };
    await this.repository.insert(user);
    return user;
  }

  /** A user who is disabled, or whose password an administrator sets, loses every token. */
  async update(id: string, change: UserChange): Promise<User> {
    const { domainName: _name, domainEnabled: _enabled, ...before } = await this.show(id);
    if (change.domainId !== undefined && change.domainId !== before.domainId) {
      throw new InvalidInput('Cannot change Domain ID');
    }
    const after: User = {
      ...before,
      name: change.name ?? before.name,
      enabled: change.enabled ?? before.enabled,
      email: kept(change.email, before.email),
      description: kept(change.description, before.description),
      defaultProjectId: kept(change.defaultProjectId, before.defaultProjectId),
      extra: { ...before.extra, ...change.extra },
      passwordHash: change.password == null ? before.passwordHash : await this.hasher.hash(change.password),
    };
    const locksOut = (before.enabled && !after.enabled) || after.passwordHash !== before.passwordHash;
    await this.transactions.run(async (tx) => {
      await this.repository.update(tx, after);
      if (locksOut) await this.revocations.revoke(tx, { userId: id });
    });
    return after;
  }

  /** The user's own change, authorized by the old password instead of a token. */
  async changePassword(id: string, original: string, password: string): Promise<void> {
    const user = await this.repository.find(id);
    const usable = user?.enabled === true && user.domainEnabled;
    if (!(await this.hasher.matches(original, usable ? user.passwordHash : null)) || !user) {
      throw new Unauthenticated('The request you have made requires authentication.');
    }
    await this.update(id, { password });
  }

  async delete(id: string): Promise<void> {
    await this.show(id);
    await this.transactions.run(async (tx) => {
      await this.revocations.revoke(tx, { userId: id });
      await this.repository.delete(tx, id);
    });
  }
}
