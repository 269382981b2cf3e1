import { Body, Controller, Header, HttpCode, Post, UseFilters } from '@nestjs/common';
import { CacheControl, Introspection, MintedToken } from '@ocx/openstack-api/identity/token-exchange';
import { Public } from '@ocx/service-kit/auth';
import { Unauthenticated } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import { ClientAuthenticationService } from '../exchange-parties/client-authentication.service.js';
import type { ExchangeParty } from '../exchange-parties/exchange-party.js';
import { OAuthErrorFilter } from './oauth-error.filter.js';
import { OAuthError } from './oauth-error.js';
import { TokenExchangeService } from './token-exchange.service.js';
import { clientAssertionOf, TokenForm, tokenOf, TokenRequestForm } from './token-request.schema.js';
import { TokenStatusService } from './token-status.service.js';

/**
 * OAuth's endpoints for the parties of the exchange. Public to the token guard: their own client authentication is in the
 * form (RFC 7523).
 */
@Controller('v3/OS-OAUTH2')
@UseFilters(OAuthErrorFilter)
export class TokenExchangeController {
  constructor(
    private readonly clients: ClientAuthenticationService,
    private readonly exchange: TokenExchangeService,
    private readonly status: TokenStatusService,
  ) {}

  /** RFC 8693. */
  @Post('token')
  @Public()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Operation({
    body: { 'application/x-www-form-urlencoded': TokenRequestForm },
    answers: { 200: { body: MintedToken, headers: CacheControl } },
    errors: [401],
  })
  async mint(@Body() body: unknown) {
    const presenter = await this.presenter(clientAssertionOf(body));
    const { token, expiresIn, issuedTokenType, leaseGrant } = await this.exchange.mint(presenter, body);
    return {
      access_token: token,
      issued_token_type: issuedTokenType,
      token_type: 'DPoP' as const,
      expires_in: expiresIn,
      ...(leaseGrant === undefined ? {} : { refresh_token: leaseGrant }),
    };
  }

  /** RFC 7662. */
  @Post('introspect')
  @Public()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Operation({
    body: { 'application/x-www-form-urlencoded': TokenForm },
    answers: { 200: { body: Introspection, headers: CacheControl } },
    errors: [401],
  })
  async introspect(@Body() body: unknown) {
    const asker = await this.presenter(clientAssertionOf(body));
    return this.status.introspect(asker, tokenOf(body));
  }

  /** RFC 7009. */
  @Post('revoke')
  @Public()
  @HttpCode(200)
  @Operation({ body: { 'application/x-www-form-urlencoded': TokenForm }, answers: { 200: {} }, errors: [401] })
  async revoke(@Body() body: unknown) {
    const holder = await this.presenter(clientAssertionOf(body));
    await this.status.revoke(holder, tokenOf(body));
  }

  private presenter(assertion: string): Promise<ExchangeParty> {
    return this.clients.authenticate(assertion).catch((error: unknown) => {
      throw error instanceof Unauthenticated ? new OAuthError('invalid_client', error.message, error.cause) : error;
    });
  }
}
