import type { LandlordKind, PublicJwk } from '@ocx/openstack-api/exchange/documents';

/** A party that authenticates to identity by its own key: the broker, or a landlord under its immutable id. */
export interface ExchangeParty {
  readonly id: string;
  readonly jwk: PublicJwk;
  /** RFC 7638; tokens minted for this party are bound to it. */
  readonly thumbprint: string;
}

/** A key that a landlord has given up. Whatever it signed last is taken until then, and no party may use it again. */
export interface FormerKey {
  readonly jwk: PublicJwk;
  readonly thumbprint: string;
  /** RFC 3339. */
  readonly until: string;
}

export interface Landlord extends ExchangeParty {
  readonly name: string;
  readonly kind: LandlordKind;
  readonly region: string;
  readonly endpoint: string;
  /** Whether the landlord's own policy wants the exchange's `admin` role; by default it is never passed on. */
  readonly acceptsAdmin: boolean;
}

/** What a landlord's own moves have made of it. */
export interface MovedLandlord extends Landlord {
  /** Number and SHA-256 of its last move; 0 and null before the first. */
  readonly moveSeq: number;
  readonly moveSha256: string | null;
  readonly formerKeys: readonly FormerKey[];
}

/** The key of this thumbprint that a party may use now: its own, or one that it has given up just now. */
export function keyOf(party: ExchangeParty & Partial<MovedLandlord>, thumbprint: unknown): PublicJwk | undefined {
  if (thumbprint === party.thumbprint) return party.jwk;
  const former = party.formerKeys?.find((key) => key.thumbprint === thumbprint);
  return former !== undefined && Date.parse(former.until) > Date.now() ? former.jwk : undefined;
}

export const BROKER_ID = 'broker';
