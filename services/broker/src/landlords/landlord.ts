import type { LandlordKind, PublicJwk } from '@ocx/openstack-api/exchange/documents';

export type LandlordState = 'active' | 'draining' | 'gone';

/** A landlord as it enrolled: an independent party that sells under its own name and signs with its own key. */
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
