import { z } from 'zod';
import { LandlordId, MicroCredits, OpenStackId, RegionName, Sha256, Thumbprint, Timestamp, Uuid } from '../ids.js';

/** Public EC P-256 key, the only kind the exchange's parties sign with. */
export const PublicJwk = z
  .object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
    y: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  })
  .meta({ id: 'PublicJwk' });
export type PublicJwk = z.infer<typeof PublicJwk>;

export const LandlordKind = z.enum(['compute', 'storage']);
export type LandlordKind = z.infer<typeof LandlordKind>;

export const Relation = z.enum(['anyone', 'member', 'friend']);
export type Relation = z.infer<typeof Relation>;

/** What a landlord counts. Seconds and GiB-seconds are integers, whole as metered. */
export const Meter = z.enum(['server_seconds', 'volume_gib_seconds', 'object_byte_seconds']);
export type Meter = z.infer<typeof Meter>;

/** `amount` micro-credits for every `per` units of the meter: an integer rational, never a float. */
export const Price = z
  .strictObject({
    meter: Meter,
    relation: Relation,
    amount: MicroCredits,
    per: z.string().regex(/^[1-9][0-9]{0,17}$/),
  })
  .meta({ id: 'Price' });
export type Price = z.infer<typeof Price>;

/** A standard product of the exchange: a flavor, a volume type or a storage policy, with the same id everywhere. */
export const Product = z
  .strictObject({ type: z.enum(['server', 'volume', 'object-store']), id: OpenStackId })
  .meta({ id: 'Product' });
export type Product = z.infer<typeof Product>;

export const Resource = z
  .strictObject({ type: z.enum(['server', 'volume', 'object-account']), id: OpenStackId })
  .meta({ id: 'Resource' });
export type Resource = z.infer<typeof Resource>;

export const Sla = z.strictObject({
  /** Percent of a month, as a decimal string. */
  availability: z.string().regex(/^\d{1,3}(\.\d{1,4})?$/),
  provision_seconds: z.int().positive(),
});

/** Whom a landlord serves. Empty `domains` means anyone's; `deny_projects` outranks it. */
export const Admission = z.strictObject({
  domains: z.array(OpenStackId).max(1000),
  deny_projects: z.array(OpenStackId).max(1000),
});

const Microversion = z.string().regex(/^[1-9]\d{0,3}\.(?:0|[1-9]\d{0,3})$/);

export const Enrolment = z.strictObject({
  name: RegionName,
  kind: LandlordKind,
  region: RegionName,
  endpoint: z.url({ protocol: /^https?$/ }).max(256),
  jwk: PublicJwk,
  description: z.string().max(255).default(''),
  /** Oldest and newest microversion of the compute or volume API the landlord speaks: at least what the exchange announces. */
  microversions: z.strictObject({ min: Microversion, max: Microversion }),
  issued_at: Timestamp,
});
export type Enrolment = z.infer<typeof Enrolment>;

export const ChallengeAnswer = z.strictObject({
  nonce: z.string().min(16).max(128),
  endpoint: z.string().max(256),
  exchange: z.string().max(256),
  jkt: Thumbprint,
});
export type ChallengeAnswer = z.infer<typeof ChallengeAnswer>;

/** Where a landlord is reached and what it signs with from now on, signed by the key that it has until then. */
export const LandlordMove = z.strictObject({
  landlord_id: LandlordId,
  exchange: z.string().max(256),
  /** 1, 2, 3 … without a gap. */
  seq: z.int().positive(),
  /** SHA-256 of the previous compact JWS of this kind, null for the first. */
  prev: Sha256.nullable(),
  endpoint: z.url({ protocol: /^https?$/ }).max(256),
  jwk: PublicJwk,
  issued_at: Timestamp,
});
export type LandlordMove = z.infer<typeof LandlordMove>;

/** A new key's own word that it is this landlord's from that move on. */
export const MoveConsent = z.strictObject({ landlord_id: LandlordId, move_sha256: Sha256 });
export type MoveConsent = z.infer<typeof MoveConsent>;

/** A move as it is sent; `consent` is there when the key is a new one. */
export const SignedMove = z.strictObject({
  move: z.string().min(1).max(8_192).describe('JWS of a LandlordMove'),
  consent: z.string().min(1).max(8_192).optional().describe('JWS of a MoveConsent by the new key'),
});
export type SignedMove = z.infer<typeof SignedMove>;

export const Offer = z
  .strictObject({
    id: Uuid,
    version: z.int().positive(),
    landlord_id: LandlordId,
    region: RegionName,
    product: Product,
    prices: z.array(Price).min(1).max(12),
    /** How many more units of the product could be rented at `issued_at`: servers, or GiB of volume or objects. */
    capacity: z.int().nonnegative(),
    sla: Sla,
    traits: z.array(z.string().regex(/^[A-Z0-9_]{1,64}$/)).max(64),
    admission: Admission,
    notice_seconds: z.int().nonnegative(),
    issued_at: Timestamp,
    valid_until: Timestamp,
  })
  .meta({ id: 'Offer' });
export type Offer = z.infer<typeof Offer>;

export const Lease = z.strictObject({
  id: Uuid,
  exchange: z.string().max(256),
  landlord_id: LandlordId,
  order_id: Uuid,
  offer: z.strictObject({ id: Uuid, version: z.int().positive() }),
  project_id: OpenStackId,
  project_domain_id: OpenStackId,
  user_id: OpenStackId,
  product: Product,
  /** The id is chosen by the broker and used by the landlord. */
  resource: Resource,
  /** Units of the product: 1 for a server, GiB for a volume; 0 for an object account, which is metered as it grows. */
  quantity: z.int().nonnegative(),
  relation: Relation,
  prices: z.array(Price).min(1).max(12),
  starts_at: Timestamp,
  ends_at: Timestamp.nullable(),
  issued_at: Timestamp,
  /**
   * SHA-256 of the compact JWS of the lease in force that this one takes the place of: the same lease with a larger
   * quantity.
   */
  amends: Sha256.optional(),
});
export type Lease = z.infer<typeof Lease>;

export const Acceptance = z.strictObject({
  lease_id: Uuid,
  landlord_id: LandlordId,
  /** SHA-256 of the compact JWS of the lease. */
  lease_sha256: Sha256,
  accepted_at: Timestamp,
});
export type Acceptance = z.infer<typeof Acceptance>;

export const Usage = z.strictObject({
  lease_id: Uuid,
  landlord_id: LandlordId,
  /** 1, 2, 3 … without a gap within the lease. */
  seq: z.int().positive(),
  /** SHA-256 of the previous compact JWS of this lease, null for the first. */
  prev: Sha256.nullable(),
  from: Timestamp,
  to: Timestamp,
  /** Units used between `from` and `to`, decimal integers. */
  meters: z.partialRecord(Meter, z.string().regex(/^(?:0|[1-9][0-9]{0,17})$/)),
  final: z.boolean(),
});
export type Usage = z.infer<typeof Usage>;

export const Receipt = z.strictObject({
  lease_id: Uuid,
  project_id: OpenStackId,
  landlord_id: LandlordId,
  usage_seq: z.int().positive(),
  usage_sha256: Sha256,
  amount: MicroCredits,
  final: z.boolean(),
  issued_at: Timestamp,
});
export type Receipt = z.infer<typeof Receipt>;

export const LandlordEvent = z.strictObject({
  seq: z.int().positive(),
  landlord_id: LandlordId,
  at: Timestamp,
  kind: z.enum(['offers', 'lease', 'resource']),
  lease_id: Uuid.optional(),
  resource: Resource.optional(),
  /** Lease or resource state after the event, in the words of the API that shows it. */
  state: z.string().max(64).optional(),
});
export type LandlordEvent = z.infer<typeof LandlordEvent>;
