import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Lease as LeaseDocument, type Offer } from '@ocx/openstack-api/exchange/documents';
import { AddressRefused } from '@ocx/openstack-client/address-policy';
import { documentHash, verifyDocument } from '@ocx/openstack-client/documents';
import { PeerMisbehaved, PeerUnreachable } from '@ocx/openstack-client/http';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import type { Principal } from '@ocx/service-kit/principal';
import type { Landlord } from '../../landlords/landlord.js';
import { LandlordsService } from '../../landlords/landlords.service.js';
import { isNoFunds } from '../../ledger/ledger.service.js';
import { ClaimRefused, LandlordLeases } from '../leases/landlord-leases.js';
import type { LeaseBooks } from '../leases/lease-books.js';
import { OffersService } from '../offers/offers.service.js';
import { isStale } from '../orders/order-failure.js';
import { perHour, PRODUCT_TYPE_OF, roundUp } from '../quotes/pricing.js';
import { AmendmentBook } from './amendment-book.js';
import { amendmentError, hasSameTerms, type LeaseAmendment } from './lease-amendment.js';

/** A landlord that answers, but neither yes nor no, does not keep the escrow of an amendment for ever. */
const MAX_ATTEMPTS = 12;

/**
 * More of what is leased: the same lease with a larger quantity on the terms it has, signed by both again. Whatever becomes
 * of an amendment, the resource is as it was; to make it larger is its own API's affair.
 */
@Injectable()
export class LeaseAmendments {
  constructor(
    private readonly key: SigningKey,
    private readonly book: AmendmentBook,
    private readonly landlords: LandlordsService,
    private readonly landlordLeases: LandlordLeases,
    private readonly offers: OffersService,
  ) {}

  /**
   * Leases `quantity` instead of what the lease has. Throws `Conflict` (`no_capacity`, `terms_changed`, `lease_ended`,
   * `amendment_pending`), `Forbidden` (`no_funds`, `not_admitted`), and `BackendUnavailable` where the landlord does not
   * answer: then the outbox finds out whether it agreed.
   */
  async grow(caller: Principal, lease: LeaseBooks, quantity: number): Promise<void> {
    const landlord = await this.landlords.byId(lease.landlordId);
    if (!landlord) throw amendmentError('lease_ended');
    // Nothing is begun at a landlord that did not answer lately.
    await this.landlordLeases.authorise(caller, landlord, lease.id).catch(unreachable);
    let reason = await this.attempt(caller, landlord, lease, quantity);
    if (reason !== undefined && isStale(reason)) {
      await this.offers.pull(landlord).catch(unreachable);
      reason = await this.attempt(caller, landlord, lease, quantity);
    }
    if (reason !== undefined) throw amendmentError(reason);
  }

  /** Finds out what became of an amendment whose answer was lost. Throws while the landlord does not say. */
  async resume(leaseId: string, attempts: number): Promise<void> {
    const begun = await this.book.pending(leaseId);
    if (!begun) return;
    const { amendment, lease } = begun;
    const landlord = await this.landlords.byId(lease.landlordId);
    if (!landlord || lease.state !== 'active') {
      await this.book.refuse(amendment, 'lease_ended');
      return;
    }
    try {
      await this.conclude(amendment, () =>
        this.landlordLeases.claimAmended(landlord, { ...lease, document: amendment.document }),
      );
    } catch (error) {
      // One that is away may have agreed before it went: it is asked until it is back.
      if (!(error instanceof PeerMisbehaved) || attempts < MAX_ATTEMPTS) throw error;
      await this.book.refuse(amendment, 'landlord_misbehaved');
    }
  }

  /** Why it was refused; undefined when the amended lease is in force. */
  private async attempt(
    caller: Principal,
    landlord: Landlord,
    lease: LeaseBooks,
    quantity: number,
  ): Promise<string | undefined> {
    const offered = await this.offers.forProduct(PRODUCT_TYPE_OF[lease.resource.type], lease.product.id);
    const offer = offered.find((candidate) => hasSameTerms(lease, candidate));
    if (!offer) return 'price_mismatch';
    const amendment = await this.draft(lease, offer, quantity);
    await this.book.open(lease, amendment).catch((error: unknown) => {
      throw isNoFunds(error) ? amendmentError('no_funds') : error;
    });
    return this.conclude(amendment, () =>
      this.landlordLeases.claim(caller, landlord, { ...lease, document: amendment.document }),
    ).catch(unreachable);
  }

  private async conclude(amendment: LeaseAmendment, claim: () => Promise<string>): Promise<string | undefined> {
    let acceptance: string;
    try {
      acceptance = await claim();
    } catch (error) {
      if (!(error instanceof ClaimRefused)) throw error;
      await this.book.refuse(amendment, error.reason);
      return error.reason;
    }
    await this.book.accept(amendment, acceptance);
    return undefined;
  }

  private async draft(lease: LeaseBooks, offer: Offer, quantity: number): Promise<LeaseAmendment> {
    const inForce = await verifyDocument(LeaseDocument, 'ocx-lease+jwt', lease.document, this.key.jwk);
    const document = await this.key.sign('ocx-lease+jwt', {
      ...inForce,
      quantity,
      offer: { id: offer.id, version: offer.version },
      issued_at: new Date().toISOString(),
      amends: documentHash(lease.document),
    });
    const escrow = hourly(lease, quantity) - hourly(lease, lease.quantity);
    return { id: randomUUID(), leaseId: lease.id, quantity, escrow, document };
  }
}

function hourly({ prices, resource }: LeaseBooks, quantity: number): bigint {
  const cost = perHour(prices, resource.type, quantity);
  return cost ? roundUp(cost) : 0n;
}

function unreachable(error: unknown): never {
  const isLandlords =
    error instanceof PeerUnreachable || error instanceof PeerMisbehaved || error instanceof AddressRefused;
  throw isLandlords ? amendmentError('landlord_unreachable') : error;
}
