import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import { LogoutForm, LogoutMessage, Redirect } from '@ocx/openstack-api/identity/saml';
import { Public } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SingleLogout } from './single-logout.service.js';

const UNSHARED = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };

/** Public to the token guard: the token in the form, or the provider's signature, is the proof. */
@Controller('v3')
@Public()
export class SingleLogoutController {
  constructor(private readonly logout: SingleLogout) {}

  /** What a dashboard has the browser post when somebody logs out there: the token that it was handed, and itself. */
  @Post('auth/OS-FEDERATION/saml2/logout')
  @Operation({
    body: { 'application/x-www-form-urlencoded': LogoutForm },
    answers: { 303: { headers: Redirect } },
    errors: [401],
  })
  async begin(@Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    const { token, origin } = parse(LogoutForm, body);
    void reply.headers(UNSHARED).redirect(await this.logout.begin(token, origin), 303);
  }

  /** Where providers send browsers, with a request or an answer. */
  @Get('OS-FEDERATION/saml2/slo')
  @Operation({ query: LogoutMessage, answers: { 302: { headers: Redirect } }, errors: [401] })
  async receive(@Query() query: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    parse(LogoutMessage, query);
    const url = request.raw.url ?? '';
    void reply.headers(UNSHARED).redirect(await this.logout.receive(url.slice(url.indexOf('?') + 1)), 302);
  }
}
