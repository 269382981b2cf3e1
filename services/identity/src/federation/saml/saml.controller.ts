import { Controller, Get, Post, Req, Res, UseGuards } from '@nestjs/common';
import { Public } from '@ocx/service-kit/auth';
import type { FastifyReply } from 'fastify';
import { TokenDetailsService } from '../../auth-methods/token-details.service.js';
import { tokenView } from '../../auth-methods/token.view.js';
import { IdentitySettings } from '../../settings/identity.config.js';
import { IdentityProvidersService } from '../identity-providers/identity-providers.service.js';
import { FederatedLoginService } from './federated-login.service.js';
import { attributesOf } from './profile-attributes.js';
import { SamlRefused } from './response-checks.js';
import { type CheckedSamlRequest, SamlGuard } from './saml.guard.js';
import { SamlRepository } from './saml.repository.js';
import { serviceProviderMetadata } from './service-provider-metadata.js';
import { ssoPage, ssoPageHeaders } from './sso-page.js';

/** SAML 2.0 web browser single sign-on. Public to the token guard: the provider's signed answer is the proof. */
@Controller('v3')
@Public()
export class SamlController {
  constructor(
    private readonly logins: FederatedLoginService,
    private readonly repository: SamlRepository,
    private readonly details: TokenDetailsService,
    private readonly providers: IdentityProvidersService,
    private readonly settings: IdentitySettings,
  ) {}

  /** Sends the browser to its home organisation. */
  @Get([
    'auth/OS-FEDERATION/identity_providers/:idp/protocols/:protocol/websso',
    'OS-FEDERATION/identity_providers/:idp/protocols/:protocol/auth',
  ])
  @UseGuards(SamlGuard)
  begin(@Req() request: CheckedSamlRequest, @Res() reply: FastifyReply): void {
    if (request.samlRedirect === undefined) throw new SamlRefused('the library did not redirect');
    void reply.header('cache-control', 'no-store').redirect(request.samlRedirect, 302);
  }

  /** Takes the home organisation's answer. */
  @Post('OS-FEDERATION/saml2/acs/:idp')
  @UseGuards(SamlGuard)
  async finish(@Req() request: CheckedSamlRequest, @Res() reply: FastifyReply): Promise<void> {
    const { user: profile, samlProvider: provider, samlResponse: answer } = request;
    if (!profile || !provider?.saml || !answer) throw new SamlRefused('no profile');
    const login = await this.repository.spend(provider.id, answer);
    if (!login) throw new SamlRefused('the answer was used before, or answers no login of ours');
    const attributes = attributesOf(profile, provider.saml.entityId);
    const issued = await this.logins.login(provider, login.protocolId, attributes);
    if (login.origin !== null) {
      void reply.code(200).headers(ssoPageHeaders(login.origin)).send(ssoPage(login.origin, issued.token));
      return;
    }
    const body = { token: tokenView(await this.details.of(issued.claims, { catalog: true })) };
    void reply
      .code(201)
      .headers({ 'x-subject-token': issued.token, vary: 'X-Auth-Token', 'cache-control': 'no-store' })
      .send(body);
  }

  /** What a home organisation needs to know of this exchange. */
  @Get('OS-FEDERATION/saml2/metadata')
  async metadata(@Res() reply: FastifyReply): Promise<void> {
    const providers = await this.providers.list({});
    const ids = providers.map((provider) => provider.id);
    const xml = await serviceProviderMetadata(this.settings.base, ids);
    void reply.code(200).type('application/samlmetadata+xml').send(xml);
  }
}
