import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { AddressRefused } from '@ocx/openstack-client/address-policy';
import { PeerMisbehaved, PeerUnreachable } from '@ocx/openstack-client/http';
import { BackendUnavailable, BadGateway, Conflict, DomainError, QuotaExceeded } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { isNoFunds } from '../../ledger/ledger.service.js';
import { ClaimRefused, LandlordLeases } from '../leases/landlord-leases.js';
import type { Lease } from '../leases/lease.js';
import { LeaseBook } from '../leases/lease-book.js';
import type { RankedOffer } from '../quotes/quote.js';
import { OutboxWorker } from '../outbox/outbox-worker.js';
import { TasksRepository } from '../outbox/tasks.repository.js';
import { LeaseDrafts, type Tenant } from './lease-drafts.js';
import { claimFailure, isStale, orderError } from './order-failure.js';
import type { FilledOrder, OrderFailure, OrderRequest, Provision } from './order.js';

export interface Attempt<T> {
  readonly caller: Principal;
  readonly tenant: Tenant;
  readonly orderId: string;
  readonly request: OrderRequest;
  readonly provision: Provision<T>;
  readonly chosen: RankedOffer;
}

export type Outcome<T> =
  { readonly filled: FilledOrder<T> } | { readonly reason: OrderFailure; readonly stale: boolean };

const HEARTBEAT_MS = 5_000;

/** One attempt to fill an order at one offer. What it does not complete it undoes. */
@Injectable()
export class OrderAttempts {
  private readonly logger = new Logger(OrderAttempts.name);

  constructor(
    private readonly drafts: LeaseDrafts,
    private readonly book: LeaseBook,
    private readonly landlordLeases: LandlordLeases,
    private readonly tasks: TasksRepository,
    private readonly outbox: OutboxWorker,
  ) {}

  async attempt<T>(attempt: Attempt<T>): Promise<Outcome<T>> {
    const { caller, tenant, chosen } = attempt;
    const leaseId = randomUUID();
    // Identity is asked while the lease is being written. A lease that is written is undone when identity refuses.
    const [drafted, granted] = await Promise.allSettled([
      this.drafts.open(leaseId, tenant, attempt, chosen),
      this.landlordLeases.authorise(caller, chosen.landlord, leaseId),
    ]);
    if (drafted.status === 'rejected') throw isNoFunds(drafted.reason) ? orderError('no_funds') : drafted.reason;
    const heartbeat = setInterval(() => {
      this.tasks.postponeGuard(leaseId).catch((error: unknown) => {
        this.logger.error(`the guard of lease ${leaseId} could not be moved: ${String(error)}`);
      });
    }, HEARTBEAT_MS);
    try {
      if (granted.status === 'rejected') throw granted.reason;
      return { filled: await this.carryOut(attempt, drafted.value, granted.value) };
    } catch (error) {
      return await this.undo(attempt, leaseId, error);
    } finally {
      clearInterval(heartbeat);
    }
  }

  private async carryOut<T>(
    { caller, request, chosen, provision }: Attempt<T>,
    draft: Lease,
    grant: string,
  ): Promise<FilledOrder<T>> {
    const { landlord } = chosen;
    // Nothing is sent to the landlord before the grant is stored.
    const lease = await this.drafts.storeGrant(draft, grant);
    // Before the claim is sent: no honest landlord counts from an earlier time.
    const acceptedAt = new Date();
    const acceptance = await this.landlordLeases.claim(caller, landlord, lease, request.boot);
    const claimed = { ...lease, state: 'claimed' as const, acceptedAt };
    // Side by side: were the lease undone meanwhile, the landlord is told so, and what it made under it goes.
    const [isClaimed, result] = await Promise.all([
      this.book.claimed(lease.id, acceptance, acceptedAt),
      provision(claimed, landlord),
    ]);
    if (!isClaimed || !(await this.book.activate(lease))) throw overtaken();
    return { lease: { ...claimed, state: 'active' }, landlord, result };
  }

  private async undo<T>({ chosen }: Attempt<T>, leaseId: string, error: unknown): Promise<Outcome<T>> {
    if (error instanceof ClaimRefused) {
      await this.book.abandon(leaseId, 'refused', error.reason);
      return { reason: claimFailure(error.reason), stale: isStale(error.reason) };
    }
    const reason = nextOfferReason(error);
    await this.book.abandon(
      leaseId,
      'failed',
      reason ?? (error instanceof DomainError ? (error.reason ?? 'refused') : 'error'),
    );
    this.outbox.wake();
    if (reason === undefined) throw error;
    this.logger.warn(`offer ${chosen.offer.id} of ${chosen.landlord.name} failed: ${String(error)}`);
    return { reason, stale: false };
  }
}

/** The reason when another landlord may succeed where this one failed; undefined when the request itself is refused. */
function nextOfferReason(error: unknown): OrderFailure | undefined {
  if (error instanceof PeerUnreachable || error instanceof AddressRefused) return 'landlord_unreachable';
  if (error instanceof PeerMisbehaved || error instanceof BadGateway) return 'landlord_unreachable';
  if (error instanceof QuotaExceeded) return 'no_capacity';
  // Identity does not answer: no other landlord changes that.
  if (error instanceof BackendUnavailable)
    return error.reason === 'identity_unreachable' ? undefined : 'landlord_unreachable';
  return undefined;
}

/** The process was so slow that its guard undid the lease. */
const overtaken = () => new Conflict('The order took too long and was undone.', { reason: 'order_overdue' });
