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
}

export interface SamlMetadata {
  readonly entityId: string;
  /** HTTP-Redirect single sign-on. */
  readonly ssoUrl: string;
  /** PEM; several while the provider changes its key. */
  readonly certificates: readonly string[];
}

export interface Protocol {
  readonly id: string;
  readonly identityProviderId: string;
  readonly mappingId: string;
  readonly remoteIdAttribute: string | null;
}
