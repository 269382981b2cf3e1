import { Injectable } from '@nestjs/common';
import type { NewTrust } from '@ocx/openstack-api/identity/trusts';
import { Forbidden, NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { Transactions } from '../database/transactions.js';
import { isCloudAdmin, readsEverything } from '../policies/identity.policy.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import type { Role } from '../roles/role.js';
import { UsersService } from '../users/users.service.js';
import type { Page, PageRequest } from '../wire/collection.js';
import { isLive, type Trust } from './trust.js';
import { TrustMaking } from './trust-making.js';
import { type TrustFilter, TrustsRepository } from './trusts.repository.js';

const DENIED = 'You are not authorized to perform the requested action.';

@Injectable()
export class TrustsService {
  constructor(
    private readonly repository: TrustsRepository,
    private readonly making: TrustMaking,
    private readonly users: UsersService,
    private readonly revocations: RevocationsService,
    private readonly transactions: Transactions,
  ) {}

  /** All of them for the operator; for a user those that they gave, or those that they were given. */
  async list(caller: Principal, filter: TrustFilter, page: PageRequest): Promise<Page<Trust>> {
    const own = filter.trustorUserId === caller.userId || filter.trusteeUserId === caller.userId;
    if (!own && !readsEverything(caller)) throw new Forbidden(DENIED);
    return this.repository.list(filter, page);
  }

  /** One that is over is one that is not there. */
  async show(caller: Principal, id: string): Promise<Trust> {
    const trust = await this.find(id);
    if (!trust) throw new NotFound(`Could not find trust: ${id}.`);
    const involved = [trust.trustorUserId, trust.trusteeUserId].includes(caller.userId);
    if (!involved && !readsEverything(caller)) throw new Forbidden(DENIED);
    return trust;
  }

  async showRole(caller: Principal, id: string, roleId: string): Promise<Role> {
    const role = (await this.show(caller, id)).roles.find((one) => one.id === roleId);
    if (!role) throw new NotFound(`Could not find role: ${roleId}.`);
    return role;
  }

  async create(caller: Principal, fields: NewTrust): Promise<Trust> {
    if (fields.trustor_user_id !== caller.userId) {
      throw new Forbidden('The authenticated user should match the trustor.');
    }
    await this.users.show(fields.trustee_user_id);
    const trust = await this.making.from(caller, fields);
    await this.repository.insert(trust);
    return trust;
  }

  /** Ends the trust, every one that was made from it, and the tokens that they gave. */
  async delete(caller: Principal, id: string): Promise<void> {
    const trust = await this.show(caller, id);
    if (trust.trustorUserId !== caller.userId && !isCloudAdmin(caller)) throw new Forbidden(DENIED);
    await this.transactions.run(async (tx) => {
      const ended = await this.repository.descendants(tx, id);
      await this.revocations.revoke(tx, ...ended.map((auditId) => ({ auditId })));
      await this.repository.delete(tx, id);
    });
  }

  /** A trust that is live, apart from what became of its users. */
  async find(id: string): Promise<Trust | undefined> {
    const trust = await this.repository.find(id);
    return trust && isLive(trust) ? trust : undefined;
  }

  /** The user whose rights the trust passes on: the first trustor of the chain. */
  async rootTrustorId(trust: Trust): Promise<string> {
    return (await this.repository.findRoot(trust.id))?.trustorUserId ?? trust.trustorUserId;
  }

  /** Counts one token. Throws {@link Forbidden} when another took the last use. */
  async use(trust: Trust): Promise<void> {
    if (!(await this.repository.use(trust.id))) throw new Forbidden(`No remaining uses for trust: ${trust.id}.`);
  }
}
