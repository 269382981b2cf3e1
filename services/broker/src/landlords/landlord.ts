import type { LandlordKind, PublicJwk } from '@ocx/openstack-api/exchange/documents';

export type LandlordState = 'active' | 'draining' | 'gone';

/** A key that a landlord has given up: good for what it signed until then. */
export interface FormerKey {
  readonly jwk: PublicJwk;
  readonly jkt: string;
  /** RFC 3339. */
  readonly retired_at: string;
}

/** A landlord as it enrolled, or moved since: an independent party that sells under its own name and signs with its own key. */
export interface Landlord {
  /** Immutable audience given at enrolment. */
  readonly id: string;
  readonly name: string;
  readonly kind: LandlordKind;
  readonly region: string;
  /** Without a trailing slash. */
  readonly endpoint: string;
  readonly jwk: PublicJwk;
  /** RFC 7638 thumbprint of `jwk`. */
  readonly jkt: string;
  readonly state: LandlordState;
  readonly description: string;
  /** Number and SHA-256 of its last move; 0 and null before the first. */
  readonly moveSeq: number;
  readonly moveSha256: string | null;
  readonly formerKeys: readonly FormerKey[];
}

/** Names the exchange keeps for itself; `exchange` is the combined region. */
const RESERVED_REGIONS: ReadonlySet<string> = new Set([
  'exchange',
  'combined',
  'identity',
  'broker',
  'internal',
  'nova',
  'default',
  'global',
  'all',
]);

export function isReservedRegion(name: string): boolean {
  return RESERVED_REGIONS.has(name) || name.startsWith('ocx-');
}
