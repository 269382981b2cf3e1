import type { LeaseBooks } from './lease-books.js';

/** `cost` is what was charged until `settled_until`, in micro-credits. */
export function leaseView(lease: LeaseBooks) {
  return {
    id: lease.id,
    order_id: lease.orderId,
    landlord_id: lease.landlordId,
    project_id: lease.projectId,
    user_id: lease.userId,
    product: lease.product,
    resource: lease.resource,
    quantity: lease.quantity,
    relation: lease.relation,
    prices: lease.prices,
    state: lease.state,
    reason: lease.reason,
    cost: lease.charged.toString(),
    unpaid: lease.unpaid.toString(),
    units: Object.fromEntries(Object.entries(lease.units).map(([meter, units]) => [meter, units.toString()])),
    settled_until: lease.usageTo?.toISOString() ?? null,
    starts_at: lease.startsAt.toISOString(),
    ends_at: lease.endsAt?.toISOString() ?? null,
    ended_at: lease.endedAt?.toISOString() ?? null,
    document: lease.document,
  };
}
