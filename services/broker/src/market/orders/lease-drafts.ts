import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Lease as LeaseDocument } from '@ocx/openstack-api/exchange/documents';
import type { Budget } from '@ocx/openstack-api/exchange/tokens';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { BROKER_CONFIG, BrokerConfig } from '../../broker.config.js';
import { LeaseBook } from '../leases/lease-book.js';
import type { Lease } from '../leases/lease.js';
import { LeasesRepository } from '../leases/leases.repository.js';
import { meterOf, objectCeiling, roundUp, unitsPerSecond } from '../quotes/pricing.js';
import type { RankedOffer } from '../quotes/quote.js';
import type { OrderRequest } from './order.js';

export interface Tenant {
  readonly projectId: string;
  readonly projectDomainId: string;
  readonly userId: string;
  /** Those of the delegation that orders; none where it is the tenant. */
  readonly budgets: readonly Budget[];
}

const NEW = { state: 'pending', reason: null, endedAt: null, acceptedAt: null, charged: 0n, leaseGrant: null } as const;

export interface PlacedOrder {
  readonly orderId: string;
  readonly request: OrderRequest;
}

/** Turns a chosen offer into a lease the broker has signed, with its escrow held. */
@Injectable()
export class LeaseDrafts {
  constructor(
    @Inject(BROKER_CONFIG) private readonly config: BrokerConfig,
    private readonly key: SigningKey,
    private readonly book: LeaseBook,
    private readonly leases: LeasesRepository,
  ) {}

  /**
   * The lease as written. Throws `Conflict` with reason `no_funds` when the project cannot pay an hour of it, `Forbidden` with
   * reason `no_budget` when the delegation may not.
   */
  async open(id: string, tenant: Tenant, order: PlacedOrder, chosen: RankedOffer): Promise<Lease> {
    const { orderId, request } = order;
    const { resourceType, quantity } = request;
    const { budgets, ...owner } = tenant;
    const now = new Date();
    const terms = {
      order_id: orderId,
      product: chosen.offer.product,
      resource: { type: resourceType, id: request.resourceId ?? randomUUID() },
      quantity,
      relation: chosen.relation,
      prices: [...chosen.prices],
    };
    const document = await this.sign({
      id,
      exchange: this.config.OCX_PUBLIC_URL,
      landlord_id: chosen.landlord.id,
      offer: { id: chosen.offer.id, version: chosen.offer.version },
      project_id: tenant.projectId,
      project_domain_id: tenant.projectDomainId,
      user_id: tenant.userId,
      ...terms,
      starts_at: now.toISOString(),
      ends_at: null,
      issued_at: now.toISOString(),
    });
    const lease = {
      id,
      orderId,
      landlordId: chosen.landlord.id,
      ...owner,
      product: terms.product,
      resource: terms.resource,
      quantity,
      relation: terms.relation,
      prices: terms.prices,
      startsAt: now,
      endsAt: null,
      isBudgeted: budgets.length > 0,
      document,
    };
    const unitsPerSecond = ceilingOf(request, chosen);
    await this.book.open({ ...lease, unitsPerSecond }, roundUp(chosen.perHour), budgets);
    return { ...lease, ...NEW };
  }

  /** Stores the grant, without which nothing is sent to the landlord. */
  async storeGrant(lease: Lease, leaseGrant: string): Promise<Lease> {
    await this.leases.setGrant(lease.id, leaseGrant);
    return { ...lease, leaseGrant };
  }

  private sign(document: LeaseDocument): Promise<string> {
    return this.key.sign('ocx-lease+jwt', document);
  }
}

/** An object account is bounded by what the landlord says it has, everything else by what was ordered. */
function ceilingOf({ resourceType, quantity }: OrderRequest, { offer }: RankedOffer): bigint {
  if (meterOf(resourceType) === 'object_byte_seconds') return objectCeiling(offer.capacity, quantity);
  return unitsPerSecond(resourceType, quantity);
}
