import { Injectable } from '@nestjs/common';
import { STORAGE_POLICIES } from '@ocx/openstack-api/exchange/products';
import { mergeMetadata, metadataProblem, type SwiftMetadata } from '@ocx/openstack-api/object-store/metadata';
import { Conflict, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import type { Account } from '../accounts/account.js';
import { SwiftClock } from '../clock.js';
import type { Container } from './container.js';
import { ContainersRepository } from './containers.repository.js';

export const DEFAULT_POLICY = STORAGE_POLICIES.find((policy) => policy.default)?.name ?? 'standard';

const NOT_FOUND = 'The resource could not be found.';

@Injectable()
export class ContainersService {
  constructor(
    private readonly containers: ContainersRepository,
    private readonly clock: SwiftClock,
  ) {}

  async show(account: Account, name: string): Promise<Container> {
    const container = await this.containers.find(account.id, name);
    if (!container) throw new NotFound(NOT_FOUND);
    return container;
  }

  /** Creates the container or updates the one that is there. Throws {@link InvalidInput} for an unknown policy. */
  put(
    account: Account,
    name: string,
    policy: string | undefined,
    changes: SwiftMetadata,
  ): Promise<'created' | 'updated'> {
    const storagePolicy = policy === undefined ? DEFAULT_POLICY : knownPolicy(policy);
    return this.containers.put({ accountId: account.id, name, timestamp: this.clock.now(), storagePolicy }, (current) =>
      merged(current, changes),
    );
  }

  async updateMetadata(account: Account, name: string, changes: SwiftMetadata): Promise<void> {
    const found = await this.containers.updateMetadata(account.id, name, this.clock.now(), (current) =>
      merged(current, changes),
    );
    if (!found) throw new NotFound(NOT_FOUND);
  }

  /** Throws {@link NotFound}, or {@link Conflict} when objects are left in it. */
  async remove(account: Account, name: string): Promise<void> {
    const result = await this.containers.remove(account.id, name);
    if (result === 'missing') throw new NotFound(NOT_FOUND);
    if (result === 'not-empty') {
      throw new Conflict('There was a conflict when trying to complete your request.', { reason: 'not_empty' });
    }
  }
}

function knownPolicy(name: string): string {
  const policy = STORAGE_POLICIES.find((known) => known.name.toLowerCase() === name.toLowerCase());
  if (!policy) throw new InvalidInput(`Invalid X-Storage-Policy "${name}"`);
  return policy.name;
}

function merged(current: SwiftMetadata, changes: SwiftMetadata): SwiftMetadata {
  const metadata = mergeMetadata(current, changes);
  const problem = metadataProblem('container', metadata);
  if (problem !== undefined) throw new InvalidInput(problem);
  return metadata;
}
