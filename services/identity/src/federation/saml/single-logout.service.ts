import { Injectable, Logger } from '@nestjs/common';
import { IdentitySettings } from '../../settings/identity.config.js';
import { ExchangeTokens } from '../../tokens/exchange-tokens.js';
import { hasExpired, type IdentityProvider, type SamlMetadata } from '../identity-providers/identity-provider.js';
import { IdentityProvidersService } from '../identity-providers/identity-providers.service.js';
import { FederatedSessions } from './federated-sessions.js';
import { checkRedirect, readRedirect, type RedirectMessage } from './logout-messages.js';
import { LogoutRedirects } from './logout-redirects.js';
import { SamlRefused } from './response-checks.js';
import { logoutUrlOf } from './saml-options.js';
import { SamlRepository } from './saml.repository.js';

type LogoutProvider = IdentityProvider & { readonly saml: SamlMetadata & { readonly sloUrl: string } };

function offersLogout(provider: IdentityProvider | undefined): provider is LogoutProvider {
  if (!provider?.enabled || !provider.saml) return false;
  return provider.saml.sloUrl !== undefined && !hasExpired(provider.saml, new Date());
}

/** SAML 2.0 single logout, by redirects: begun here or at the provider, it ends at both. */
@Injectable()
export class SingleLogout {
  private readonly logger = new Logger(SingleLogout.name);

  constructor(
    private readonly sessions: FederatedSessions,
    private readonly redirects: LogoutRedirects,
    private readonly providers: IdentityProvidersService,
    private readonly repository: SamlRepository,
    private readonly tokens: ExchangeTokens,
    private readonly settings: IdentitySettings,
  ) {}

  /**
   * Ends the login that the token hangs on, here at once. Returns where the browser goes: to the provider, if the login
   * was by one that offers single logout, and in the end to the dashboard. Throws Unauthenticated.
   */
  async begin(token: string, origin: string): Promise<string> {
    if (!this.settings.isTrustedDashboard(origin)) throw new SamlRefused('the origin is no trusted dashboard');
    const { exchange } = await this.tokens.verify(token);
    const session = await this.sessions.end(exchange);
    if (!session) return origin;
    const provider = await this.providers.show(session.identityProviderId);
    if (!offersLogout(provider)) return origin;
    return this.redirects.request(session, provider.saml, provider.saml.sloUrl, origin);
  }

  /** Takes a provider's request or answer. Returns where the browser goes. Throws {@link SamlRefused}. */
  async receive(query: string): Promise<string> {
    try {
      const message = readRedirect(query);
      const provider = await this.providers.findByEntityId(message.issuer);
      if (!offersLogout(provider)) throw new SamlRefused('no provider of this name offers single logout');
      const expected = {
        certificates: provider.saml.certificates,
        url: logoutUrlOf(this.settings.base),
        now: new Date(),
      };
      checkRedirect(message, expected);
      return await (message.kind === 'LogoutRequest'
        ? this.requested(provider, message)
        : this.answered(provider, message));
    } catch (error) {
      if (error instanceof SamlRefused) this.logger.warn(`A SAML logout was refused: ${error.why}.`);
      throw error;
    }
  }

  private async requested(provider: LogoutProvider, message: RedirectMessage): Promise<string> {
    if (!(await this.repository.isNew(provider.id, message.id))) throw new SamlRefused('the request was used before');
    await this.sessions.endAt(provider.id, message.nameId, message.sessionIndexes);
    const { saml } = provider;
    return this.redirects.response(provider.id, saml, saml.sloResponseUrl ?? saml.sloUrl, message);
  }

  private async answered(provider: LogoutProvider, message: RedirectMessage): Promise<string> {
    const origin = await this.repository.endLogout(message.inResponseTo, provider.id);
    if (origin === undefined) throw new SamlRefused('it answers no logout of ours');
    return origin;
  }
}
