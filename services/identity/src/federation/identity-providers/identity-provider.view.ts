import type {
  IdentityProvider as IdentityProviderBody,
  ImportedProvider as ImportedBody,
  Protocol as ProtocolBody,
} from '@ocx/openstack-api/identity/identity-providers';
import type { IdentityProvider, MetadataSource, Protocol } from './identity-provider.js';

const providerUrl = (id: string, base: string): string => `${base}/OS-FEDERATION/identity_providers/${id}`;

export const identityProviderView = (provider: IdentityProvider, base: string): IdentityProviderBody => ({
  id: provider.id,
  domain_id: provider.domainId,
  description: provider.description,
  enabled: provider.enabled,
  remote_ids: [...provider.remoteIds],
  authorization_ttl: provider.authorizationTtl,
  links: {
    self: providerUrl(provider.id, base),
    protocols: `${providerUrl(provider.id, base)}/protocols`,
  },
});

/** With what was read of its metadata. */
export const importedView = (provider: IdentityProvider, base: string): ImportedBody => ({
  ...identityProviderView(provider, base),
  saml: provider.saml && {
    entity_id: provider.saml.entityId,
    sso_url: provider.saml.ssoUrl,
    certificates: provider.saml.certificates.length,
    valid_until: provider.saml.validUntil ?? null,
  },
});

export const metadataSourceView = (source: MetadataSource) => ({
  url: source.url,
  signing_certificates: [...source.certificates],
});

export const protocolView = (protocol: Protocol, base: string): ProtocolBody => ({
  id: protocol.id,
  mapping_id: protocol.mappingId,
  remote_id_attribute: protocol.remoteIdAttribute,
  links: {
    self: `${providerUrl(protocol.identityProviderId, base)}/protocols/${protocol.id}`,
    identity_provider: providerUrl(protocol.identityProviderId, base),
  },
});
