import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Lease as LeaseDocument, type Acceptance } from '@ocx/openstack-api/exchange/documents';
import { documentHash, DocumentRefused, verifyDocument } from '@ocx/openstack-client/documents';
import { Conflict, Forbidden, InvalidInput } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import type { LandlordEnrolment } from '../enrolment/enrolment.js';
import { LandlordParty } from '../enrolment/landlord-party.js';
import { LandlordEvents } from '../events/landlord-events.js';
import { OfferBook } from '../offers/offer-book.js';
import { wholeSecond } from '../usage/metering.js';
import type { ResourceVector } from './lease.js';
import { amendmentProblem, contradictionIn } from './lease-terms.js';
import type { Boot } from './leased-resources.js';
import { LeasesRepository, type StoredLease } from './leases.repository.js';
import { ServiceResources } from './service-resources.js';

/** A lease is presented soon after the broker signed it; an older one is a replay or a very late retry. */
const MAX_AGE_SECONDS = 600;
const CLOCK_TOLERANCE_SECONDS = 60;

/** The exchange's leases, countersigned or refused. The claim is the truth about capacity: it is never over-committed. */
@Injectable()
export class LeaseClaim {
  constructor(
    private readonly party: LandlordParty,
    private readonly book: OfferBook,
    private readonly repository: LeasesRepository,
    private readonly events: LandlordEvents,
    private readonly resources: ServiceResources,
  ) {}

  /**
   * Checks policy and capacity, keeps what the resource will boot with, and countersigns, in one transaction. Presenting
   * the same lease again gives the same acceptance and changes nothing. A lease that amends the one in force takes its
   * place. Throws {@link InvalidInput} for a document that is not a lease of the exchange to this landlord,
   * {@link Forbidden} when the token is for another lease, {@link Conflict} with a reason for a refusal.
   */
  async claim(principal: Principal, jws: string, boot?: Boot): Promise<{ acceptance: string }> {
    const lease = await this.verified(jws);
    checkAddressed(lease, this.party.enrolled());
    checkToken(lease, principal);
    const sha256 = documentHash(jws);
    return this.repository.transaction(async (manager) => {
      await this.repository.serialise(manager, lease.id);
      const known = await this.repository.lock(manager, lease.id);
      if (!known && lease.amends === undefined) {
        return { acceptance: await this.accept(manager, lease, { jws, sha256, boot }) };
      }
      const isInForce = known?.documentSha256 === sha256;
      if (!known || (!isInForce && known.documentSha256 !== lease.amends)) {
        throw new Conflict('Another lease was countersigned under this id.', { reason: 'lease_mismatch' });
      }
      if (known.state !== 'active') throw new Conflict('The lease has ended.', { reason: 'lease_ended' });
      return { acceptance: isInForce ? known.acceptance : await this.amend(manager, known, lease, { jws, sha256 }) };
    });
  }

  /** Takes the capacity for what the amended lease has more, and puts it in force. */
  private async amend(
    manager: EntityManager,
    known: StoredLease,
    lease: LeaseDocument,
    { jws, sha256 }: { jws: string; sha256: string },
  ): Promise<string> {
    const problem = amendmentProblem(await this.verified(known.document), lease);
    if (problem !== undefined) throw new InvalidInput(problem);
    const now = new Date();
    checkTimes(lease, now);
    const taken = await this.book.accept(manager, lease, lease.quantity - known.quantity);
    const acceptance = await this.countersign(lease, sha256, now);
    const claimed = sumOf(known.claimed, taken);
    const amended = { quantity: lease.quantity, claimed, document: jws, documentSha256: sha256, acceptance };
    await this.repository.amend(manager, lease.id, amended);
    await this.events.emit(manager, { kind: 'offers' });
    return acceptance;
  }

  private verified(jws: string): Promise<LeaseDocument> {
    const { exchangeJwk } = this.party.enrolled();
    return verifyDocument(LeaseDocument, 'ocx-lease+jwt', jws, exchangeJwk).catch(refuseDocument);
  }

  private countersign(lease: LeaseDocument, sha256: string, at: Date): Promise<string> {
    const payload: Acceptance = {
      lease_id: lease.id,
      landlord_id: lease.landlord_id,
      lease_sha256: sha256,
      accepted_at: at.toISOString(),
    };
    return this.party.key.sign('ocx-acceptance+jwt', payload);
  }

  private async accept(
    manager: EntityManager,
    lease: LeaseDocument,
    { jws, sha256, boot }: { jws: string; sha256: string; boot: Boot | undefined },
  ): Promise<string> {
    const now = new Date();
    checkTimes(lease, now);
    const claimed = await this.book.accept(manager, lease);
    const acceptance = await this.countersign(lease, sha256, now);
    const row = {
      id: lease.id,
      projectId: lease.project_id,
      projectDomainId: lease.project_domain_id,
      userId: lease.user_id,
      product: lease.product,
      resource: lease.resource,
      quantity: lease.quantity,
      claimed,
      document: jws,
      documentSha256: sha256,
      acceptance,
      acceptedAt: now,
      endsAt: lease.ends_at === null ? null : new Date(lease.ends_at),
      meteredTo: wholeSecond(now),
    };
    await this.repository.insert(manager, row).catch(refuseTakenResource);
    if (boot !== undefined) await this.resources.get().prepare({ ...row, state: 'active' }, boot, manager);
    const claimedEvent = { kind: 'lease', lease_id: lease.id, resource: lease.resource, state: 'active' } as const;
    await this.events.emit(manager, claimedEvent, { kind: 'offers' });
    return acceptance;
  }
}

function sumOf(one: ResourceVector, other: ResourceVector): ResourceVector {
  const units = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...units].map((unit) => [unit, (one[unit] ?? 0) + (other[unit] ?? 0)]));
}

function refuseDocument(error: unknown): never {
  if (error instanceof DocumentRefused) throw new InvalidInput(`The lease was refused: ${error.message}`);
  throw error;
}

function checkAddressed(lease: LeaseDocument, enrolled: LandlordEnrolment): void {
  if (lease.exchange !== enrolled.exchange) throw new InvalidInput('The lease is of another exchange.');
  if (lease.landlord_id !== enrolled.landlordId) throw new InvalidInput('The lease is with another landlord.');
  const contradiction = contradictionIn(lease);
  if (contradiction !== undefined) throw new InvalidInput(contradiction);
}

function checkToken(lease: LeaseDocument, principal: Principal): void {
  const domainDiffers =
    principal.projectDomainId !== undefined && principal.projectDomainId !== lease.project_domain_id;
  if (principal.access?.lease_id !== lease.id || principal.projectId !== lease.project_id || domainDiffers) {
    throw new Forbidden('The token is for another lease.');
  }
  // Without its tenant a lease is only brought up to date.
  if (!principal.access.actions.includes('claim') && lease.amends === undefined) {
    throw new Forbidden('The token does not permit to claim a lease.');
  }
}

function checkTimes(lease: LeaseDocument, now: Date): void {
  const age = (now.getTime() - Date.parse(lease.issued_at)) / 1000;
  if (age > MAX_AGE_SECONDS || age < -CLOCK_TOLERANCE_SECONDS) {
    throw new Conflict('The lease was signed too long ago.', { reason: 'offer_stale' });
  }
  if (lease.ends_at !== null && Date.parse(lease.ends_at) <= now.getTime()) {
    throw new InvalidInput('The lease is over already.');
  }
}

const UNIQUE_VIOLATION = '23505';

function refuseTakenResource(error: unknown): never {
  if ((error as { code?: string }).code === UNIQUE_VIOLATION) {
    throw new Conflict('The resource is under another lease.', { reason: 'resource_leased' });
  }
  throw error;
}
