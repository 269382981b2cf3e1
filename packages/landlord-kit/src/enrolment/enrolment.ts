import type { PublicJwk } from '@ocx/openstack-api/exchange/documents';

/** What a landlord learned when it enrolled, and where it moved since. */
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
  /** Thumbprint of the landlord's key. */
  readonly keyThumbprint: string;
  /** The landlord's URL at its exchange, without a trailing slash: what proofs of possession name. */
  readonly endpoint: string;
  readonly enrolledAt: Date;
  /** Number and SHA-256 of its last move; 0 and null before the first. */
  readonly moveSeq: number;
  readonly moveSha256: string | null;
  /** Where it was before, and how long calls that were made to there are still taken. */
  readonly formerEndpoint: string | null;
  readonly formerEndpointUntil: Date | null;
  /** A port besides OCX_PORT at which it listens since it moved. */
  readonly port: number | null;
}
