import { Injectable } from '@nestjs/common';
import { stringify } from 'node:querystring';
import { IdentitySettings } from '../../settings/identity.config.js';
import type { SamlMetadata } from '../identity-providers/identity-provider.js';
import { samlOptions } from './saml-options.js';
import type { SamlSession } from './saml-sessions.repository.js';
import { SamlRepository } from './saml.repository.js';
import { ServiceProviderKeys } from './service-provider-keys.js';

/** The library signs the parameters in one encoding and writes them into the address in another; the provider sees the latter. */
function asSigned(address: string): string {
  const url = new URL(address);
  return `${url.origin}${url.pathname}?${stringify(Object.fromEntries(url.searchParams))}`;
}

/** What identity tells a provider about a logout: signed messages in addresses, which the library makes. */
@Injectable()
export class LogoutRedirects {
  constructor(
    private readonly repository: SamlRepository,
    private readonly keys: ServiceProviderKeys,
    private readonly settings: IdentitySettings,
  ) {}

  /** The provider's address with a request to end the session; its answer sends the browser on to `origin`. */
  async request(session: SamlSession, saml: SamlMetadata, logoutUrl: string, origin: string): Promise<string> {
    const { format, nameQualifier, spNameQualifier, sessionIndex } = session.subject;
    const library = await this.library(session.identityProviderId, saml, logoutUrl, origin);
    const subject = {
      issuer: saml.entityId,
      nameID: session.nameId,
      nameIDFormat: format,
      ...(nameQualifier === '' ? {} : { nameQualifier }),
      ...(spNameQualifier === '' ? {} : { spNameQualifier }),
      ...(sessionIndex === '' ? {} : { sessionIndex }),
    };
    return asSigned(await library.getLogoutUrlAsync(subject, '', {}));
  }

  /** The provider's address with the answer to its request. */
  async response(
    idpId: string,
    saml: SamlMetadata,
    logoutUrl: string,
    request: { readonly id: string; readonly relayState: string | undefined },
  ): Promise<string> {
    const library = await this.library(idpId, saml, logoutUrl, null);
    const asked = { ID: request.id, issuer: saml.entityId, nameID: '', nameIDFormat: '' };
    return asSigned(await library.getLogoutResponseUrlAsync(asked, request.relayState ?? '', {}, true));
  }

  private async library(identityProviderId: string, saml: SamlMetadata, logoutUrl: string, origin: string | null) {
    const { SAML } = await import('@node-saml/node-saml');
    const logout = { identityProviderId, protocolId: '', binding: 'logout', origin, browserSha256: '' } as const;
    const { privateKey } = await this.keys.signing();
    const options = samlOptions(this.settings.base, saml, this.repository, logout);
    return new SAML({ ...options, logoutUrl, privateKey, signatureAlgorithm: 'sha256' });
  }
}
