import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ApiError } from '../api/http.js';
import type { Session } from '../api/session.js';

const Product = z.object({ type: z.string(), id: z.string() });
const Money = z.string().regex(/^-?\d+$/);

const Offer = z.object({
  product: Product,
  price_per_hour: Money.nullable(),
  capacity: z.number(),
  sla: z.object({ availability: z.string(), provision_seconds: z.number() }),
  traits: z.array(z.string()),
});
type Offer = z.infer<typeof Offer>;

const Landlord = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  region: z.string(),
  state: z.string(),
  reachable: z.boolean(),
  offers: z.array(Offer),
});
export type Landlord = z.infer<typeof Landlord>;

const Quote = z.object({
  offers: z.array(z.object({ region: z.string(), price_per_hour: Money })),
  passed_over: z.array(z.object({ region: z.string(), reason: z.string() })),
});
export type Quote = z.infer<typeof Quote>;

const Lease = z.object({
  id: z.string(),
  landlord_id: z.string(),
  resource: z.object({ type: z.string(), id: z.string() }),
  state: z.string(),
  /** Micro-credits, charged until now. */
  cost: Money,
});
export type Lease = z.infer<typeof Lease>;

/** What OpenStack has no word for: the broker's `/exchange/v1`. */
export class Market {
  constructor(
    private readonly session: Session,
    private readonly brokerUrl: string,
  ) {}

  private at(path: string): string {
    return `${this.brokerUrl}/exchange/v1/${path}`;
  }

  /** All landlords with what each offers, priced by the hour. */
  async inventory(): Promise<Landlord[]> {
    return (await this.session.get(z.object({ landlords: z.array(Landlord) }), this.at('inventory'))).landlords;
  }

  async quote(flavor: string, constraints: { readonly traits?: readonly string[] } = {}): Promise<Quote> {
    const demand = { resource_type: 'server', product_id: flavor, quantity: 1, ...constraints };
    const headers = { 'idempotency-key': randomUUID() };
    return (await this.session.post(z.object({ quote: Quote }), this.at('quotes'), demand, headers)).quote;
  }

  async leases(): Promise<Lease[]> {
    return (await this.session.get(z.object({ leases: z.array(Lease) }), this.at('leases'))).leases;
  }

  /** Ends a lease. That of an object account only while it is empty: false when it is not. */
  async endLease(id: string): Promise<boolean> {
    const headers = { 'idempotency-key': randomUUID() };
    try {
      await this.session.post(z.object({ lease: Lease }), this.at(`leases/${id}/end`), {}, headers);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) return false;
      throw error;
    }
  }
}

/** Credits have six decimals on the wire; people read them with a point. */
export function credits(micro: string | bigint): string {
  const value = BigInt(micro);
  const digits = (value < 0n ? -value : value).toString().padStart(7, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
