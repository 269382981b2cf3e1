import { Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { KeystoneFault } from '@ocx/openstack-api/faults';
import { IssuedToken, ReceiptAnswer, ReceiptHeader, TokenAnswer } from '@ocx/openstack-api/identity/tokens';
import {
  BeginQuery,
  EcpEnvelope,
  EnhancedClient,
  LoginQuery,
  Redirect,
  SamlResponseForm,
  SsoPage,
} from '@ocx/openstack-api/identity/saml';
import { Public } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { MoreMethodsNeeded } from '../../auth-methods/auth-receipts.js';
import { moreMethods, TokenReply } from '../../auth-methods/token-reply.js';
import { IdentitySettings } from '../../settings/identity.config.js';
import { bindingCookie } from './browser-binding.js';
import { PAOS_TYPE } from './ecp-messages.js';
import { FederatedLoginService } from './federated-login.service.js';
import { attributesOf } from './profile-attributes.js';
import { SamlRefused } from './response-checks.js';
import { type CheckedSamlRequest, SamlGuard } from './saml.guard.js';
import { SamlLoginsService } from './saml-logins.service.js';
import type { AnsweredLogin } from './saml.repository.js';
import { ssoPage, ssoPageHeaders } from './sso-page.js';

// The code in the address is good once and in one browser; still nobody else is told of it.
const UNSHARED = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };

const LOGGED_IN = {
  201: { body: TokenAnswer, headers: IssuedToken },
  401: { body: z.union([KeystoneFault, ReceiptAnswer]), headers: ReceiptHeader },
};

const BEGINNINGS = [
  'auth/OS-FEDERATION/identity_providers/:idp/protocols/:protocol/websso',
  'OS-FEDERATION/identity_providers/:idp/protocols/:protocol/auth',
];
const BEGIN = {
  query: BeginQuery,
  headers: EnhancedClient,
  answers: { 200: { body: EcpEnvelope }, 302: { headers: Redirect } },
  errors: [401, 403],
};

/** What the guard found out. Throws what it refused the answer for. */
function vouchedFor({ user: profile, samlProvider: provider, samlResponse: answer, samlRefusal }: CheckedSamlRequest) {
  if (samlRefusal) throw samlRefusal;
  if (!profile || !provider?.saml || !answer) throw new SamlRefused('no profile');
  return { providerId: provider.id, answer, attributes: attributesOf(profile, provider.saml.entityId) };
}

/** SAML 2.0 single sign-on, by browsers and enhanced clients. Public to the token guard: the provider's signed answer is the proof. */
@Controller('v3')
@Public()
export class SamlController {
  constructor(
    private readonly logins: SamlLoginsService,
    private readonly federation: FederatedLoginService,
    private readonly reply: TokenReply,
    private readonly settings: IdentitySettings,
  ) {}

  /** Sends the browser to its home organisation, or gives an enhanced client what to take there itself. */
  @Get(BEGINNINGS)
  @UseGuards(SamlGuard)
  @Operation(BEGIN)
  begin(@Req() request: CheckedSamlRequest, @Res() reply: FastifyReply): void {
    this.send(request, reply);
  }

  /** The same for clients that post here, as Keystone lets them. What they post says nothing. */
  @Post(BEGINNINGS)
  @HttpCode(200)
  @UseGuards(SamlGuard)
  @Operation(BEGIN)
  beginByPost(@Req() request: CheckedSamlRequest, @Res() reply: FastifyReply): void {
    this.send(request, reply);
  }

  private send(request: CheckedSamlRequest, reply: FastifyReply): void {
    if (request.samlEnvelope !== undefined) {
      void reply.headers({ 'cache-control': 'no-store', 'content-type': PAOS_TYPE }).send(request.samlEnvelope);
      return;
    }
    if (request.samlRedirect === undefined || request.samlSecret === undefined) {
      throw new SamlRefused('the library did not redirect');
    }
    const cookie = bindingCookie(request.samlSecret, this.settings.isSecure);
    void reply.headers({ 'cache-control': 'no-store', 'set-cookie': cookie }).redirect(request.samlRedirect, 302);
  }

  /** Takes the answer that an enhanced client brings, and gives the client its token. */
  @Post('OS-FEDERATION/saml2/ecp/:idp')
  @UseGuards(SamlGuard)
  @HttpCode(201)
  @Operation({ body: EcpEnvelope, answers: LOGGED_IN, errors: [403] })
  async finishEnhanced(@Req() request: CheckedSamlRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const { providerId, answer, attributes } = vouchedFor(request);
    const login = await this.logins.finished(providerId, answer, attributes, request.samlRelayState ?? '');
    void reply.header('cache-control', 'no-store');
    return this.reply.of(await this.admit(login), reply, { catalog: true });
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
    const { providerId, answer, attributes } = vouchedFor(request);
    const next = await this.logins.answered(providerId, answer, attributes);
    void reply.headers(UNSHARED).redirect(next, 303);
  }

  /** The token, for the browser that began the login. */
  @Get('OS-FEDERATION/saml2/login')
  @Operation({
    query: LoginQuery,
    answers: { 200: { body: { 'text/html': SsoPage } }, ...LOGGED_IN },
    errors: [403],
  })
  async complete(@Query() query: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { code } = parse(LoginQuery, query);
    const login = await this.logins.redeem(code, request.headers.cookie);
    const outcome = await this.admit(login);
    void reply.headers({ ...UNSHARED, 'set-cookie': login.cookie });
    if (login.origin !== null && !(outcome instanceof MoreMethodsNeeded)) {
      void reply.code(200).headers(ssoPageHeaders(login.origin)).send(ssoPage(login.origin, outcome.token));
      return;
    }
    void reply.send(await this.reply.of(outcome, reply, { catalog: true }));
  }

  private admit({ identityProviderId, protocolId, attributes }: AnsweredLogin) {
    return this.federation.login(identityProviderId, protocolId, attributes).catch(moreMethods);
  }
}
