import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import { DomainError, Forbidden, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import type { SamlConfig } from '@node-saml/node-saml';
import { IdentitySettings } from '../../settings/identity.config.js';
import { hasExpired, type IdentityProvider, type SamlMetadata } from '../identity-providers/identity-provider.js';
import { IdentityProvidersService } from '../identity-providers/identity-providers.service.js';
import { newSecret, sha256 } from './browser-binding.js';
import { ecpRequest, isEnhancedClient, PAOS_TYPE, readEcpAnswer } from './ecp-messages.js';
import { openAssertion } from './encrypted-assertion.js';
import type { PassportSamlGuard, SamlRequestContext } from './passport-saml.js';
import { type CheckedResponse, checkResponse, decodeResponse, SamlRefused } from './response-checks.js';
import { consumerUrlOf, samlOptions } from './saml-options.js';
import type { SamlBinding } from './saml.js';
import { ServiceProviderKeys } from './service-provider-keys.js';
import { SamlRepository } from './saml.repository.js';

export type CheckedSamlRequest = SamlRequestContext & {
  samlResponse?: CheckedResponse;
  samlProvider?: IdentityProvider;
  /** The secret that ties a login that begins to its browser, or to its enhanced client. */
  samlSecret?: string;
  /** For an enhanced client that begins a login. */
  samlEnvelope?: string;
  /** For the handler to throw: what a guard throws is not in the audit trail. */
  samlRefusal?: DomainError;
  /** What an enhanced client brings along with the answer. */
  samlRelayState?: string;
};

type EnabledProvider = IdentityProvider & { saml: SamlMetadata };

/**
 * A login by a browser, through Passport, or by an enhanced client. The SAML library is loaded at the first login: an identity service that federates
 * nobody does without it.
 */
@Injectable()
export class SamlGuard implements CanActivate {
  private readonly logger = new Logger(SamlGuard.name);
  private passport: Promise<PassportSamlGuard> | undefined;

  constructor(
    private readonly providers: IdentityProvidersService,
    private readonly repository: SamlRepository,
    private readonly keys: ServiceProviderKeys,
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
    if (protocol !== undefined) return this.begin(context, request, provider, protocol, query['origin']);
    return this.finish(context, request, provider);
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
    const binding = isEnhancedClient(request.headers) ? 'paos' : 'post';
    request.samlSecret = newSecret();
    const browserSha256 = sha256(request.samlSecret);
    const login = {
      identityProviderId: provider.id,
      protocolId,
      binding,
      origin: origin ?? null,
      browserSha256,
    } as const;
    request.samlOptions = samlOptions(this.settings.base, provider.saml, this.repository, login);
    // The library takes a form for an answer; at the beginning there is none.
    request.body = undefined;
    if (binding === 'post') return (await this.loaded()).canActivate(context);
    request.samlEnvelope = await this.envelope(request.samlOptions, request.samlSecret);
    return true;
  }

  private async envelope(options: SamlConfig, relayState: string): Promise<string> {
    const { SAML } = await import('@node-saml/node-saml');
    const saml = new SAML({ ...options, skipRequestCompression: true });
    const { SAMLRequest: message } = await saml.getAuthorizeMessageAsync('');
    const authnRequest = Buffer.from(String(message), 'base64').toString('utf8');
    return ecpRequest({ authnRequest, consumerUrl: options.callbackUrl, issuer: options.issuer, relayState });
  }

  private async finish(
    context: ExecutionContext,
    request: CheckedSamlRequest,
    provider: EnabledProvider,
  ): Promise<boolean> {
    const { response, binding } = this.arrived(request);
    const login = {
      identityProviderId: provider.id,
      protocolId: '',
      binding,
      origin: null,
      browserSha256: '',
    } as const;
    try {
      const xml = decodeResponse(response);
      const opened = await openAssertion(xml, await this.keys.private());
      const options = samlOptions(this.settings.base, provider.saml, this.repository, login);
      request.samlOptions = opened ? { ...options, decryptionPvk: opened.privateKey } : options;
      request.samlResponse = checkResponse(xml, {
        provider: provider.saml,
        acsUrl: consumerUrlOf(this.settings.base, login),
        now: new Date(),
        opened: opened?.xml,
      });
      return await (await this.loaded()).canActivate(context);
    } catch (error) {
      const refusal = error instanceof DomainError ? error : new SamlRefused('the library refused it', error);
      const why = refusal instanceof SamlRefused ? refusal.why : refusal.message;
      const cause = refusal.cause instanceof Error ? refusal.cause.message : undefined;
      this.logger.warn(
        `A SAML login at ${provider.id} was refused: ${why}${cause === undefined ? '' : ` (${cause})`}.`,
      );
      request.samlRefusal = refusal;
      return true;
    }
  }

  /** The answer in base64, from a browser's form or out of an enhanced client's envelope; the library reads it as a form. */
  private arrived(request: CheckedSamlRequest): { response: string; binding: SamlBinding } {
    if (request.routeOptions.url?.endsWith('/saml2/ecp/:idp') === true) {
      if (typeof request.body !== 'string') throw new InvalidInput(`The body is an envelope, as ${PAOS_TYPE}.`);
      const answer = readEcpAnswer(request.body);
      request.samlRelayState = answer.relayState;
      const response = Buffer.from(answer.response).toString('base64');
      request.body = { SAMLResponse: response };
      return { response, binding: 'paos' };
    }
    const response = (request.body as { SAMLResponse?: unknown } | undefined)?.SAMLResponse;
    if (typeof response !== 'string') throw new InvalidInput('Expecting to find SAMLResponse in the form.');
    return { response, binding: 'post' };
  }

  private async provider(id: string): Promise<EnabledProvider> {
    const provider = await this.providers.show(id);
    if (!provider.enabled) throw new Forbidden(`Identity Provider ${id} is disabled`);
    if (provider.saml === null) throw new NotFound(`Could not find the SAML metadata of Identity Provider: ${id}.`);
    if (hasExpired(provider.saml, new Date())) {
      throw new Forbidden(`The SAML metadata of Identity Provider ${id} have expired`);
    }
    return { ...provider, saml: provider.saml };
  }

  private loaded(): Promise<PassportSamlGuard> {
    this.passport ??= import('./passport-saml.js').then((module) => new module.PassportSamlGuard());
    return this.passport;
  }
}
