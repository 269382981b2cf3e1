import { z } from 'zod';
import { LandlordId, OpenStackId, RegionName, Uuid } from '../ids.js';
import { LandlordKind, PublicJwk, Resource } from './documents.js';

/** What `/landlord/v1` takes and answers, docs/protocol.md. The bounds are the broker's, against a hostile landlord. */

/** A signed document on its way back from a landlord. */
const Jws = z.string().max(65_536).describe('compact JWS, docs/protocol.md');
const OwnUrl = z.string().max(256);

/** `GET /landlord/v1`. Before its enrolment a landlord has no id and no exchange. */
export const LandlordAbout = z.strictObject({
  landlord_id: LandlordId.nullable(),
  name: RegionName,
  kind: LandlordKind,
  region: RegionName,
  endpoint: OwnUrl,
  exchange: OwnUrl.nullable(),
  jwk: PublicJwk,
});
export type LandlordAbout = z.infer<typeof LandlordAbout>;

/** `POST /landlord/v1/challenge`. */
export const Challenge = z.strictObject({ nonce: z.string().min(16).max(128), endpoint: OwnUrl, exchange: OwnUrl });
export const ChallengeReply = z.object({ answer: z.string().max(8_192).describe('JWS of a ChallengeAnswer') });

export const LandlordOfferList = z.object({ offers: z.array(Jws).max(200) });

/** `POST /landlord/v1/leases`: what is to be countersigned. */
export const ClaimLease = z.strictObject({
  lease: z.string().min(1).max(16_384).describe('JWS of a Lease'),
  boot: z.record(z.string().max(64), z.unknown()).optional().describe('what a server boots with: a ServerBoot'),
});
export const LeaseAccepted = z.object({ acceptance: Jws });

/** `POST /landlord/v1/leases/{id}/end`. */
export const EndLease = z
  .strictObject({
    if_empty: z.boolean().default(false).describe('refuse (not_empty) while an object is in the account; else destroy'),
  })
  .prefault({});

/** A lease as the landlord keeps it, for the broker's reconciler. */
export const LandlordLease = z.object({
  id: Uuid,
  project_id: OpenStackId,
  resource: Resource,
  state: z.enum(['active', 'ending', 'ended']),
  /** Number of the last usage record. */
  usage_seq: z.int().nonnegative(),
});
export type LandlordLease = z.infer<typeof LandlordLease>;

/** Rows after this lease id. */
export const LandlordLeasesQuery = z.strictObject({ after: Uuid.optional() });
export const LandlordLeaseList = z.object({ leases: z.array(LandlordLease).max(10_000) });

/** Records after this number. */
export const LeaseUsageQuery = z.strictObject({
  after: z.coerce.number().int().nonnegative().max(2_147_483_647).default(0),
});
export const LeaseUsage = z.object({ usage: z.array(Jws).max(10_000) });

/** Events after this number; waits this many seconds for one. */
export const LandlordEventsQuery = z.strictObject({
  after: z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).default(0),
  wait: z.coerce.number().int().min(0).max(25).default(0),
});
export const LandlordEventList = z.object({
  events: z.array(Jws).max(2_000),
  last: z.int().nonnegative().describe('number of the newest event'),
});
