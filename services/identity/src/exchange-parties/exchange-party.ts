import type { LandlordKind, PublicJwk } from '@ocx/openstack-api/exchange/documents';

/** A party that authenticates to identity by its own key: the broker, or a landlord under its immutable id. */
export interface ExchangeParty {
  readonly id: string;
  readonly jwk: PublicJwk;
  /** RFC 7638; tokens minted for this party are bound to it. */
  readonly thumbprint: string;
}

export interface Landlord extends ExchangeParty {
  readonly name: string;
  readonly kind: LandlordKind;
  readonly region: string;
  readonly endpoint: string;
  /** Whether the landlord's own policy wants the exchange's `admin` role; by default it is never passed on. */
  readonly acceptsAdmin: boolean;
}

export const BROKER_ID = 'broker';
