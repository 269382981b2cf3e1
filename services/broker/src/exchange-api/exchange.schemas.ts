import { z } from 'zod';
import {
  LandlordKind,
  Meter,
  Offer,
  Price,
  Product,
  PublicJwk,
  Relation,
  Resource,
  Sla,
} from '@ocx/openstack-api/exchange/documents';
import { LandlordId, OpenStackId, RegionName, Thumbprint, Uuid } from '@ocx/openstack-api/ids';

/** What `/exchange/v1` takes and answers: enforced on the way in, tested and documented on the way out. */

const Time = z.iso.datetime({ offset: true });
const Credits = z
  .string()
  .regex(/^-?\d+$/)
  .describe('micro-credits');
const Jws = z.string().describe('compact JWS, see docs/protocol.md');
const next = z.string().optional().describe('path of the next page');

export const EnrolmentRequest = z.strictObject({
  code: z.string().min(8).max(256),
  enrolment: z.string().max(16_384).describe('JWS of an Enrolment'),
});

export const GrantRequest = z.strictObject({
  amount: z
    .string()
    .regex(/^[1-9][0-9]{0,16}$/)
    .describe('micro-credits'),
});

export const EndRequest = z
  .strictObject({
    discard: z
      .boolean()
      .default(false)
      .describe('end an object account with everything in it; else one that holds a container is refused (not_empty)'),
  })
  .prefault({});

export const QuoteRequest = z.strictObject({
  resource_type: z.enum(['server', 'volume', 'object-account']),
  product_id: OpenStackId,
  quantity: z.int().min(0).max(1_000_000).default(1).describe('servers, or GiB of a volume'),
  region: RegionName.optional(),
  max_price: z
    .string()
    .regex(/^(?:0|[1-9][0-9]{0,17})$/)
    .optional()
    .describe('micro-credits per hour for the whole quantity'),
  min_reputation: z.number().min(0).max(100).optional(),
  near: OpenStackId.optional().describe('a leased resource: offers of its landlord come first'),
  traits: z
    .array(z.string().regex(/^[A-Z0-9_]{1,64}$/))
    .max(64)
    .optional(),
});

const Landlord = z.strictObject({
  id: LandlordId,
  name: RegionName,
  kind: LandlordKind,
  region: RegionName,
  state: z.enum(['active', 'draining', 'gone']),
  reachable: z.boolean(),
  description: z.string(),
  jkt: z.string(),
});

const Lease = z.strictObject({
  id: Uuid,
  order_id: Uuid,
  landlord_id: LandlordId,
  project_id: OpenStackId,
  user_id: OpenStackId,
  product: Product,
  resource: Resource,
  quantity: z.int(),
  relation: Relation,
  prices: z.array(Price),
  state: z.enum(['pending', 'claimed', 'active', 'ending', 'settled', 'refused', 'failed']),
  reason: z.string().nullable(),
  cost: Credits,
  unpaid: Credits,
  units: z.partialRecord(Meter, z.string()),
  settled_until: Time.nullable(),
  starts_at: Time,
  ends_at: Time.nullable(),
  ended_at: Time.nullable(),
  document: Jws,
});

const Order = z.strictObject({
  id: Uuid,
  project_id: OpenStackId,
  user_id: OpenStackId,
  resource_type: z.string(),
  product_id: OpenStackId,
  quantity: z.number(),
  region: RegionName.nullable(),
  state: z.string(),
  reason: z.string().nullable(),
  lease_id: Uuid.nullable(),
  created_at: Time,
});

const QuotedOffer = z.strictObject({
  offer_id: Uuid,
  version: z.int(),
  landlord_id: LandlordId,
  region: RegionName,
  relation: Relation,
  prices: z.array(Price),
  price_per_hour: Credits,
  price_per_30_days: Credits,
  capacity: z.int(),
  sla: Sla,
  traits: z.array(z.string()),
  chosen: z.boolean(),
  reason: z.string().nullable(),
});

const PassedOver = z.strictObject({
  offer_id: Uuid,
  landlord_id: LandlordId,
  region: RegionName,
  chosen: z.literal(false),
  reason: z.string(),
});

const InventoryOffer = z.strictObject({
  id: Uuid,
  version: z.int(),
  product: Product,
  price_per_hour: Credits.nullable(),
  capacity: z.int(),
  sla: Sla,
  traits: z.array(z.string()),
  valid_until: Time,
});

const Budget = z.strictObject({
  id: OpenStackId.describe('of the trust or application credential'),
  project_id: OpenStackId,
  limit: Credits,
  left: Credits,
});

const Account = z.strictObject({ project_id: OpenStackId, balance: Credits });

export const EXCHANGE_ANSWERS = {
  info: z.strictObject({
    exchange: z.string(),
    identity_url: z.string(),
    issuer: z.string(),
    jwk: PublicJwk,
    version: z.string(),
  }),
  landlords: z.strictObject({ landlords: z.array(Landlord) }),
  landlord: z.strictObject({ landlord: Landlord }),
  misbehaviour: z.strictObject({ dropped: z.record(z.string(), z.int()) }),
  enrolment: z.strictObject({ landlord_id: LandlordId, exchange_jwk: PublicJwk, issuer: z.string() }),
  move: z.strictObject({ landlord_id: LandlordId, seq: z.int(), endpoint: z.string(), jkt: Thumbprint }),
  enrolmentCode: z.strictObject({ code: z.string(), expires_at: Time }),
  offers: z.strictObject({ offers: z.array(Offer.extend({ document: Jws })) }),
  quote: z.strictObject({
    quote: z.strictObject({ offers: z.array(QuotedOffer), passed_over: z.array(PassedOver) }),
  }),
  inventory: z.strictObject({ landlords: z.array(Landlord.extend({ offers: z.array(InventoryOffer) })) }),
  orders: z.strictObject({ orders: z.array(Order), next }),
  order: z.strictObject({ order: Order }),
  leases: z.strictObject({ leases: z.array(Lease), next }),
  lease: z.strictObject({ lease: Lease }),
  receipts: z.strictObject({
    receipts: z.array(z.strictObject({ usage_seq: z.int(), amount: Credits, usage: Jws, receipt: Jws })),
  }),
  budgets: z.strictObject({ budgets: z.array(Budget), next }),
  accounts: z.strictObject({ accounts: z.array(Account) }),
  account: z.strictObject({ account: Account }),
  statements: z.strictObject({
    statements: z.array(
      z.strictObject({
        id: z.string(),
        kind: z.enum(['grant', 'starting_grant', 'hold', 'charge', 'release']),
        lease_id: Uuid.nullable(),
        amount: Credits,
        at: Time,
      }),
    ),
    next,
  }),
} as const;
