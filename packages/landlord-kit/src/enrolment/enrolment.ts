import type { PublicJwk } from '@ocx/openstack-api/exchange/documents';

/** What a landlord learned when it enrolled; kept for good. */
export interface LandlordEnrolment {
  /** The audience of every landlord token, immutable. */
  readonly landlordId: string;
  /** The exchange's name for itself: what leases and challenges carry. */
  readonly exchange: string;
  /** `iss` of its tokens. */
  readonly issuer: string;
  /** Where its identity service is reached, without `/v3`. */
  readonly identityUrl: string;
  /** The key that signs its leases and receipts. */
  readonly exchangeJwk: PublicJwk;
  /** Thumbprint of the landlord's key that was enrolled. */
  readonly keyThumbprint: string;
  /** The landlord's URL that was enrolled, without a trailing slash: what proofs of possession name. */
  readonly endpoint: string;
  readonly enrolledAt: Date;
}
