/** A home organisation whose SAML assertions are accepted, for users of one domain only. */
export interface IdentityProvider {
  readonly id: string;
  readonly domainId: string;
  readonly description: string | null;
  readonly enabled: boolean;
  /** Minutes a mapped group membership lasts after a login; null: until the next login. */
  readonly authorizationTtl: number | null;
  readonly remoteIds: readonly string[];
  /** From the provider's metadata; null until it was imported. */
  readonly saml: SamlMetadata | null;
  /** Null: metadata come by the operator's hand, as they are. */
  readonly metadataSource: MetadataSource | null;
}

/** Whose word counts about a provider's metadata, and where to hear it. */
export interface MetadataSource {
  /** https; null: only what the operator brings. */
  readonly url: string | null;
  /** PEM; metadata must be signed with one of these keys. Several while the signer changes its own. */
  readonly certificates: readonly string[];
}

export interface SamlMetadata {
  readonly entityId: string;
  /** HTTP-Redirect single sign-on. */
  readonly ssoUrl: string;
  /** PEM; several while the provider changes its key. */
  readonly certificates: readonly string[];
  /** RFC 3339; from then on nobody is let in until newer metadata were imported. Undefined: no end. */
  readonly validUntil?: string;
  /** HTTP-Redirect single logout, where the provider offers it, and where answers go if that is another address. */
  readonly sloUrl?: string;
  readonly sloResponseUrl?: string;
}

export const hasExpired = ({ validUntil }: SamlMetadata, now: Date): boolean =>
  validUntil !== undefined && Date.parse(validUntil) <= now.getTime();

export interface Protocol {
  readonly id: string;
  readonly identityProviderId: string;
  readonly mappingId: string;
  readonly remoteIdAttribute: string | null;
}
