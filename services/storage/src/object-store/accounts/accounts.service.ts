import { Injectable } from '@nestjs/common';
import { LeasesService } from '@ocx/landlord-kit/leases/leases.service';
import { mergeMetadata, metadataProblem, type SwiftMetadata } from '@ocx/openstack-api/object-store/metadata';
import { Forbidden, InvalidInput } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { SwiftClock } from '../clock.js';
import { noLease, type Account } from './account.js';
import { AccountsRepository } from './accounts.repository.js';

/** Accounts: opened at first use, for the exchange's projects only under a lease. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly leases: LeasesService,
    private readonly clock: SwiftClock,
  ) {}

  /** The caller's account. Throws {@link Forbidden} for a project of the exchange without a lease. */
  async open(principal: Principal): Promise<Account> {
    const { realm, projectId } = principal;
    if (projectId === undefined) throw new Forbidden('The token names no project.');
    const account = await this.accounts.find(realm, projectId);
    if (account) return account;
    const leaseId = realm === 'own' ? null : await this.leaseOf(projectId);
    const opened = await this.accounts.open({ realm, projectId, leaseId, timestamp: this.clock.now() });
    if (!opened) throw noLease();
    // The lease may have ended while the account was being opened.
    if (opened.leaseId !== null && (await this.leases.find(opened.leaseId))?.state !== 'active') {
      await this.accounts.close(opened.id);
      throw noLease();
    }
    return opened;
  }

  /** Adds, changes and removes metadata. Throws {@link InvalidInput} when the whole becomes too much. */
  updateMetadata(account: Account, changes: SwiftMetadata): Promise<void> {
    return this.accounts.updateMetadata(account.id, this.clock.now(), (current) => merged(current, changes));
  }

  private async leaseOf(projectId: string): Promise<string> {
    const lease = await this.leases.ofResource('object-account', projectId);
    if (lease?.state !== 'active' || lease.projectId !== projectId) {
      throw noLease();
    }
    return lease.id;
  }
}

function merged(current: SwiftMetadata, changes: SwiftMetadata): SwiftMetadata {
  const metadata = mergeMetadata(current, changes);
  const problem = metadataProblem('account', metadata);
  if (problem !== undefined) throw new InvalidInput(problem);
  return metadata;
}
