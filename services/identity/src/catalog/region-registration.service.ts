import { Injectable } from '@nestjs/common';
import { Transactions } from '../database/transactions.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { newId } from '../wire/id.js';
import { CatalogRepository } from './catalog.repository.js';

export interface RegisteredRegion {
  readonly id: string;
  readonly description: string;
  readonly endpoints: readonly { readonly type: string; readonly name: string; readonly url: string }[];
}

// Registrations share services: two at once would each find a service missing, or one end what the other uses.
const REGISTRATION_LOCK = 721_049_334;

const isNotIdentity = ({ type }: { readonly type: string }): boolean => type !== 'identity';

/** What the broker says about a region replaces, at once, what it said before. */
@Injectable()
export class RegionRegistrationService {
  constructor(
    private readonly repository: CatalogRepository,
    private readonly transactions: Transactions,
    private readonly settings: IdentitySettings,
  ) {}

  async register(region: RegisteredRegion): Promise<void> {
    await this.transactions.serialized(REGISTRATION_LOCK, async (tx) => {
      const before = await this.repository.serviceIdsOfRegion(tx, region.id);
      await this.repository.saveRegion(tx, { id: region.id, description: region.description, parentRegionId: null });
      const known = await this.repository.endpointIdsOfRegion(tx, region.id);
      const kept: string[] = [];
      for (const { url, ...service } of [this.ownEndpoint, ...region.endpoints.filter(isNotIdentity)]) {
        const serviceId = await this.repository.ensureService(tx, { id: newId(), ...service });
        // What projects were given by its id stays theirs.
        const id = known.get(serviceId) ?? newId();
        known.delete(serviceId);
        kept.push(id);
        const row = { id, serviceId, regionId: region.id, url, enabled: true };
        await this.repository.saveEndpoint({ ...row, interface: 'public' }, tx);
      }
      await this.repository.deleteEndpointsOfRegion(tx, region.id, kept);
      await this.repository.deleteUnusedServices(tx, before);
    });
  }

  /** Idempotent: a region that is not there is gone already. */
  async remove(id: string): Promise<void> {
    await this.transactions.serialized(REGISTRATION_LOCK, async (tx) => {
      const before = await this.repository.serviceIdsOfRegion(tx, id);
      await this.repository.deleteEndpointsOfRegion(tx, id);
      await this.repository.deleteRegion(tx, id);
      await this.repository.deleteUnusedServices(tx, before);
    });
  }

  /** Clients look identity up in the region they use; where it is, identity alone says. */
  private get ownEndpoint() {
    return { type: 'identity', name: 'identity', url: this.settings.base };
  }
}
