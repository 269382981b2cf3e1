import { Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ChoiceQuery, Redirect, SsoPage } from '@ocx/openstack-api/identity/saml';
import { Public } from '@ocx/service-kit/auth';
import { NotFound } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import type { FastifyReply } from 'fastify';
import { IdentitySettings } from '../../settings/identity.config.js';
import { IdentityProvidersService } from '../identity-providers/identity-providers.service.js';
import { CHOICE_PAGE_HEADERS, choicePage } from './home-choice-page.js';
import { SamlRefused } from './response-checks.js';

const CHOICE = {
  query: ChoiceQuery,
  answers: { 200: { body: { 'text/html': SsoPage } }, 302: { headers: Redirect } },
  errors: [401],
};

/** Keystone's single sign-on that names a protocol and no provider. */
@Controller('v3/auth/OS-FEDERATION/websso')
@Public()
export class HomeChoiceController {
  constructor(
    private readonly providers: IdentityProvidersService,
    private readonly settings: IdentitySettings,
  ) {}

  /** Sends the browser on to the only home organisation, or lets the person choose. */
  @Get(':protocol')
  @Operation(CHOICE)
  choose(@Param('protocol') protocol: string, @Query() query: unknown, @Res() reply: FastifyReply): Promise<void> {
    return this.send(protocol, query, reply);
  }

  /** The same for dashboards that post here, as Keystone lets them. */
  @Post(':protocol')
  @HttpCode(200)
  @Operation(CHOICE)
  chooseByPost(
    @Param('protocol') protocol: string,
    @Query() query: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.send(protocol, query, reply);
  }

  private async send(protocol: string, query: unknown, reply: FastifyReply): Promise<void> {
    const { origin } = parse(ChoiceQuery, query);
    if (!this.settings.isTrustedDashboard(origin)) throw new SamlRefused('the origin is no trusted dashboard');
    const providers = await this.providers.offering(protocol);
    const homes = providers.map(({ id, description }) => ({
      name: description ?? id,
      url: this.url(id, protocol, origin),
    }));
    const [first, ...others] = homes;
    if (!first) throw new NotFound(`Could not find an Identity Provider for protocol: ${protocol}.`);
    void reply.header('cache-control', 'no-store');
    if (others.length === 0) void reply.redirect(first.url, 302);
    else void reply.code(200).headers(CHOICE_PAGE_HEADERS).send(choicePage(homes));
  }

  private url(id: string, protocol: string, origin: string): string {
    const path = `auth/OS-FEDERATION/identity_providers/${id}/protocols/${encodeURIComponent(protocol)}/websso`;
    return `${this.settings.base}/${path}?origin=${encodeURIComponent(origin)}`;
  }
}
