import { Controller, Get, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { IssuedToken, TokenAnswer } from '@ocx/openstack-api/identity/tokens';
import { SamlMetadataBody } from '@ocx/openstack-api/identity/identity-providers';
import { BeginQuery, LoginQuery, Redirect, SamlResponseForm, SsoPage } from '@ocx/openstack-api/identity/saml';
import { Public } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TokenDetailsService } from '../../auth-methods/token-details.service.js';
import { tokenView } from '../../auth-methods/token.view.js';
import { IdentitySettings } from '../../settings/identity.config.js';
import { IdentityProvidersService } from '../identity-providers/identity-providers.service.js';
import { bindingCookie } from './browser-binding.js';
import { FederatedLoginService } from './federated-login.service.js';
import { attributesOf } from './profile-attributes.js';
import { SamlRefused } from './response-checks.js';
import { type CheckedSamlRequest, SamlGuard } from './saml.guard.js';
import { SamlLoginsService } from './saml-logins.service.js';
import { serviceProviderMetadata } from './service-provider-metadata.js';
import { ssoPage, ssoPageHeaders } from './sso-page.js';

// The code in the address is good once and in one browser; still nobody else is told of it.
const UNSHARED = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };

/** SAML 2.0 web browser single sign-on. Public to the token guard: the provider's signed answer is the proof. */
@Controller('v3')
@Public()
export class SamlController {
  constructor(
    private readonly logins: SamlLoginsService,
    private readonly federation: FederatedLoginService,
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
  @Operation({ query: BeginQuery, answers: { 302: { headers: Redirect } }, errors: [401, 403] })
  begin(@Req() request: CheckedSamlRequest, @Res() reply: FastifyReply): void {
    if (request.samlRedirect === undefined || request.samlSecret === undefined) {
      throw new SamlRefused('the library did not redirect');
    }
    const cookie = bindingCookie(request.samlSecret, this.settings.isSecure);
    void reply.headers({ 'cache-control': 'no-store', 'set-cookie': cookie }).redirect(request.samlRedirect, 302);
  }

  /** Takes the home organisation's answer, and sends the browser on to where its cookie comes along. */
  @Post('OS-FEDERATION/saml2/acs/:idp')
  @UseGuards(SamlGuard)
  @Operation({
    body: { 'application/x-www-form-urlencoded': SamlResponseForm },
    answers: { 303: { headers: Redirect } },
    errors: [401, 403],
  })
  async finish(@Req() request: CheckedSamlRequest, @Res() reply: FastifyReply): Promise<void> {
    const { user: profile, samlProvider: provider, samlResponse: answer } = request;
    if (!profile || !provider?.saml || !answer) throw new SamlRefused('no profile');
    const attributes = attributesOf(profile, provider.saml.entityId);
    const next = await this.logins.answered(provider.id, answer, attributes);
    void reply.headers(UNSHARED).redirect(next, 303);
  }

  /** The token, for the browser that began the login. */
  @Get('OS-FEDERATION/saml2/login')
  @Operation({
    query: LoginQuery,
    answers: { 200: { body: { 'text/html': SsoPage } }, 201: { body: TokenAnswer, headers: IssuedToken } },
    errors: [401, 403],
  })
  async complete(@Query() query: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { code } = parse(LoginQuery, query);
    const login = await this.logins.redeem(code, request.headers.cookie);
    const issued = await this.federation.login(login.identityProviderId, login.protocolId, login.attributes);
    void reply.headers({ ...UNSHARED, 'set-cookie': login.cookie });
    if (login.origin !== null) {
      void reply.code(200).headers(ssoPageHeaders(login.origin)).send(ssoPage(login.origin, issued.token));
      return;
    }
    const body = { token: tokenView(await this.details.of(issued.claims, { catalog: true })) };
    void reply.code(201).headers({ 'x-subject-token': issued.token, vary: 'X-Auth-Token' }).send(body);
  }

  /** What a home organisation needs to know of this exchange. */
  @Get('OS-FEDERATION/saml2/metadata')
  @Operation({ answers: { 200: { body: SamlMetadataBody } }, errors: [404] })
  async metadata(@Res() reply: FastifyReply): Promise<void> {
    const providers = await this.providers.list({});
    const ids = providers.map((provider) => provider.id);
    const xml = await serviceProviderMetadata(this.settings.base, ids);
    void reply.code(200).type('application/samlmetadata+xml').send(xml);
  }
}
