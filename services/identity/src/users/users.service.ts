import { Injectable } from '@nestjs/common';
import { InvalidInput, NotFound } from '@ocx/service-kit/errors';
import { type FreshRead, FreshReads } from '../database/fresh-reads.js';
import { Transactions } from '../database/transactions.js';
import { DEFAULT_DOMAIN_ID } from '../domains/domain.js';
import { DomainsService } from '../domains/domains.service.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import type { Page, PageRequest } from '../wire/collection.js';
import { newId } from '../wire/id.js';
import type { User, UserOptions, UserWithDomain } from './user.js';
import { NO_PASSWORD, UserPasswords } from './user-passwords.service.js';
import { type UserFilter, UsersRepository } from './users.repository.js';

/** Null takes an option away. */
type OptionsChange = { readonly [Option in keyof UserOptions]?: UserOptions[Option] | null };

export interface NewUser {
  readonly name: string;
  readonly domainId?: string | undefined;
  readonly password?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly enabled?: boolean;
  readonly defaultProjectId?: string | null | undefined;
  readonly options?: OptionsChange | undefined;
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
}

export interface UserChange {
  readonly domainId?: string | undefined;
  readonly name?: string | undefined;
  readonly password?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly enabled?: boolean | undefined;
  readonly defaultProjectId?: string | null | undefined;
  readonly options?: OptionsChange | undefined;
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
}

const kept = <T>(value: T | undefined, before: T): T => (value === undefined ? before : value);

const withoutNulls = (options: OptionsChange): UserOptions =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));

@Injectable()
export class UsersService {
  private readonly known: FreshRead<UserWithDomain | undefined>;

  constructor(
    private readonly repository: UsersRepository,
    private readonly domains: DomainsService,
    private readonly passwords: UserPasswords,
    private readonly revocations: RevocationsService,
    private readonly transactions: Transactions,
    reads: FreshReads,
  ) {
    this.known = reads.of({ tables: ['users', 'domains'] });
  }

  list(filter: UserFilter, page: PageRequest): Promise<Page<User>> {
    return this.repository.list(filter, page);
  }

  find(id: string): Promise<UserWithDomain | undefined> {
    return this.known.get(id, () => this.repository.find(id));
  }

  findByName(name: string, domain: { id?: string; name?: string }): Promise<UserWithDomain | undefined> {
    const key = JSON.stringify([name, domain.id, domain.name]);
    return this.known.get(key, () => this.repository.findByName(name, domain));
  }

  async show(id: string): Promise<UserWithDomain> {
    const user = await this.repository.find(id);
    if (!user) throw new NotFound(`Could not find user: ${id}.`);
    return user;
  }

  /** `trusted`: the password was generated here, and is nobody's choice to judge. */
  async create(fields: NewUser, trusted = false): Promise<User> {
    const domainId = fields.domainId ?? DEFAULT_DOMAIN_ID;
    await this.domains.show(domainId);
    const options = withoutNulls(fields.options ?? {});
    if (fields.password != null && !trusted) this.passwords.checkStrength(fields.password);
    const user: User = {
      id: newId(),
      domainId,
      name: fields.name,
      enabled: fields.enabled ?? true,
      email: fields.email ?? null,
      description: fields.description ?? null,
      defaultProjectId: fields.defaultProjectId ?? null,
      ...(fields.password == null ? NO_PASSWORD : await this.passwords.make(fields.password, options, trusted)),
      options,
      extra: fields.extra ?? {},
      identityProviderId: null,
      protocolId: null,
    };
    await this.transactions.run(async (tx) => {
      await this.repository.insert(tx, user);
      await this.repository.restartLogins(tx, user.id);
    });
    return user;
  }

  /** A user who is disabled, or whose password an administrator sets, loses every token. */
  async update(id: string, change: UserChange): Promise<User> {
    if (change.password != null) this.passwords.checkStrength(change.password);
    return this.write(await this.show(id), change, false);
  }

  /** The user's own change, authorized by the old password instead of a token. */
  async changePassword(id: string, original: string, password: string): Promise<void> {
    const user = await this.passwords.authorizeChange(await this.repository.find(id), original, password);
    await this.write(user, { password }, true);
  }

  private async write(shown: UserWithDomain, change: UserChange, selfService: boolean): Promise<User> {
    const { domainName: _name, domainEnabled: _enabled, ...before } = shown;
    if (change.domainId !== undefined && change.domainId !== before.domainId) {
      throw new InvalidInput('Cannot change Domain ID');
    }
    const options = withoutNulls({ ...before.options, ...change.options });
    const after: User = {
      ...before,
      name: change.name ?? before.name,
      enabled: change.enabled ?? before.enabled,
      email: kept(change.email, before.email),
      description: kept(change.description, before.description),
      defaultProjectId: kept(change.defaultProjectId, before.defaultProjectId),
      options,
      extra: { ...before.extra, ...change.extra },
      ...(change.password == null ? {} : await this.passwords.make(change.password, options, selfService)),
    };
    const locksOut = (before.enabled && !after.enabled) || after.passwordHash !== before.passwordHash;
    await this.transactions.run(async (tx) => {
      await this.repository.update(tx, after);
      if (after.passwordHash !== before.passwordHash) await this.passwords.replaced(tx, before);
      // An administrator who enables an account unlocks it.
      if (change.enabled === true) await this.repository.restartLogins(tx, before.id);
      if (locksOut) await this.revocations.revoke(tx, { userId: before.id });
    });
    return after;
  }

  async delete(id: string): Promise<void> {
    await this.show(id);
    await this.transactions.run(async (tx) => {
      await this.revocations.revoke(tx, { userId: id });
      await this.repository.delete(tx, id);
    });
  }
}
