import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import { DomainError, Forbidden, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import { IdentitySettings } from '../../settings/identity.config.js';
import type { IdentityProvider, SamlMetadata } from '../identity-providers/identity-provider.js';
import { IdentityProvidersService } from '../identity-providers/identity-providers.service.js';
import { newSecret, sha256 } from './browser-binding.js';
import type { PassportSamlGuard, SamlRequestContext } from './passport-saml.js';
import { type CheckedResponse, checkResponse, decodeResponse, SamlRefused } from './response-checks.js';
import { acsUrlOf, requestCache, samlOptions } from './saml-options.js';
import { SamlRepository } from './saml.repository.js';

export type CheckedSamlRequest = SamlRequestContext & {
  samlResponse?: CheckedResponse;
  samlProvider?: IdentityProvider;
  /** The secret that ties a login that begins to its browser. */
  samlSecret?: string;
};

type EnabledProvider = IdentityProvider & { saml: SamlMetadata };

/**
 * A browser login through Passport. The SAML library is loaded at the first login: an identity service that federates
 * nobody does without it.
 */
@Injectable()
export class SamlGuard implements CanActivate {
  private readonly logger = new Logger(SamlGuard.name);
  private passport: Promise<PassportSamlGuard> | undefined;

  constructor(
    private readonly providers: IdentityProvidersService,
    private readonly repository: SamlRepository,
    private readonly settings: IdentitySettings,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<CheckedSamlRequest>();
    const { idp, protocol } = request.params as { idp: string; protocol?: string };
    const query = request.query as Record<string, unknown>;
    // The library would take these for messages of other bindings, which this service does not speak.
    if ('SAMLResponse' in query || 'SAMLRequest' in query) throw new InvalidInput('Only the POST binding is taken.');
    const provider = await this.provider(idp);
    request.samlProvider = provider;
    if (protocol === undefined) return this.finish(context, request, provider);
    return this.begin(context, request, provider, protocol, query['origin']);
  }

  private async begin(
    context: ExecutionContext,
    request: CheckedSamlRequest,
    provider: EnabledProvider,
    protocolId: string,
    origin: unknown,
  ): Promise<boolean> {
    await this.providers.showProtocol(provider.id, protocolId);
    if (origin !== undefined && (typeof origin !== 'string' || !this.settings.isTrustedDashboard(origin))) {
      throw new SamlRefused('the origin is no trusted dashboard');
    }
    request.samlSecret = newSecret();
    const browserSha256 = sha256(request.samlSecret);
    const login = {
      identityProviderId: provider.id,
      protocolId,
      binding: 'post',
      origin: origin ?? null,
      browserSha256,
    } as const;
    const cache = requestCache(this.repository, login);
    request.samlOptions = samlOptions(this.settings.base, provider.id, provider.saml, cache);
    return (await this.loaded()).canActivate(context);
  }

  private async finish(
    context: ExecutionContext,
    request: CheckedSamlRequest,
    provider: EnabledProvider,
  ): Promise<boolean> {
    const field = (request.body as { SAMLResponse?: unknown; SAMLRequest?: unknown } | undefined)?.SAMLResponse;
    if (typeof field !== 'string') throw new InvalidInput('Expecting to find SAMLResponse in the form.');
    const login = {
      identityProviderId: provider.id,
      protocolId: '',
      binding: 'post',
      origin: null,
      browserSha256: '',
    } as const;
    const cache = requestCache(this.repository, login);
    request.samlOptions = samlOptions(this.settings.base, provider.id, provider.saml, cache);
    try {
      request.samlResponse = checkResponse(decodeResponse(field), {
        provider: provider.saml,
        acsUrl: acsUrlOf(this.settings.base, provider.id),
        now: new Date(),
      });
      return await (await this.loaded()).canActivate(context);
    } catch (error) {
      const refusal = error instanceof DomainError ? error : new SamlRefused('the library refused it', error);
      const why = refusal instanceof SamlRefused ? refusal.why : refusal.message;
      const cause = refusal.cause instanceof Error ? refusal.cause.message : undefined;
      this.logger.warn(
        `A SAML login at ${provider.id} was refused: ${why}${cause === undefined ? '' : ` (${cause})`}.`,
      );
      throw refusal;
    }
  }

  private async provider(id: string): Promise<EnabledProvider> {
    const provider = await this.providers.show(id);
    if (!provider.enabled) throw new Forbidden(`Identity Provider ${id} is disabled`);
    if (provider.saml === null) throw new NotFound(`Could not find the SAML metadata of Identity Provider: ${id}.`);
    const { validUntil } = provider.saml;
    if (validUntil !== undefined && Date.parse(validUntil) <= Date.now()) {
      throw new Forbidden(`The SAML metadata of Identity Provider ${id} have expired`);
    }
    return { ...provider, saml: provider.saml };
  }

  private loaded(): Promise<PassportSamlGuard> {
    this.passport ??= import('./passport-saml.js').then((module) => new module.PassportSamlGuard());
    return this.passport;
  }
}
