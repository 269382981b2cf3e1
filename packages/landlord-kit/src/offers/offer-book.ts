import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Lease as LeaseDocument, Offer as OfferDocument } from '@ocx/openstack-api/exchange/documents';
import { Conflict } from '@ocx/service-kit/errors';
import { LandlordParty } from '../enrolment/landlord-party.js';
import type { ResourceVector } from '../leases/lease.js';
import { refusalOf } from '../leases/lease-terms.js';
import { Capacity } from './capacity.service.js';
import { LandlordFile } from './landlord-file.service.js';
import { OffersRepository } from './offers.repository.js';

/** An offer is good this long after it was signed; the exchange reads it again whenever it changes. */
const VALID_SECONDS = 3_600;

/** What is on offer now, signed; and whether a lease is one that this landlord offered. */
@Injectable()
export class OfferBook {
  constructor(
    private readonly party: LandlordParty,
    private readonly file: LandlordFile,
    private readonly repository: OffersRepository,
    private readonly capacity: Capacity,
  ) {}

  /** Compact JWS of each offer. A closed landlord offers nothing. */
  async list(): Promise<string[]> {
    const { landlordId } = this.party.enrolled();
    if (this.file.current().closed) return [];
    const offers = (await this.repository.list()).filter(({ withdrawn }) => !withdrawn);
    const left = await this.capacity.left(offers.map(({ product }) => product));
    const now = Date.now();
    return Promise.all(
      offers.map(({ id, version, product, terms }, index) => {
        const payload: OfferDocument = {
          id,
          version,
          landlord_id: landlordId,
          product,
          ...terms,
          capacity: left[index] ?? 0,
          issued_at: new Date(now).toISOString(),
          valid_until: new Date(now + VALID_SECONDS * 1000).toISOString(),
        };
        return this.party.key.sign('ocx-offer+jwt', payload);
      }),
    );
  }

  /**
   * Takes the capacity for a lease within the caller's transaction, if the offer still stands on these terms and the
   * landlord admits the project. Throws {@link Conflict} with the reason; the caller's transaction then rolls back.
   * @param quantity what is taken: less than the lease's where some of it is leased already
   */
  async accept(manager: EntityManager, lease: LeaseDocument, quantity = lease.quantity): Promise<ResourceVector> {
    if (this.file.current().closed) throw refusal('closed');
    const offer = await this.repository.hold(manager, lease.offer.id);
    if (!offer || offer.withdrawn) throw refusal('offer_unknown');
    const reason = refusalOf(lease, offer);
    if (reason !== undefined) throw refusal(reason);
    const vector = this.capacity.needed(lease.product, quantity);
    if (!vector) throw refusal('offer_unknown');
    if (!(await this.capacity.take(manager, vector))) throw refusal('no_capacity');
    return vector;
  }
}

const REFUSALS = {
  closed: 'This landlord takes no new leases now.',
  offer_unknown: 'This landlord does not offer that.',
  offer_stale: 'The offer has changed since.',
  price_mismatch: 'The prices of the lease are not those of the offer.',
  not_admitted: 'This landlord does not serve that project.',
  no_capacity: 'There is not enough capacity left.',
} as const;
export type RefusalReason = keyof typeof REFUSALS;

const refusal = (reason: RefusalReason) => new Conflict(REFUSALS[reason], { reason });
