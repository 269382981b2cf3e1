import { Injectable } from '@nestjs/common';
import { Forbidden, Unauthenticated } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import type { ServiceRequest } from '@ocx/service-kit/service-request';
import { TokenVerifier } from '@ocx/service-kit/token-verifier';
import { ClientAuthenticationService } from '../exchange-parties/client-authentication.service.js';
import { isAllowed } from './access-rules.js';
import { EC2_METHOD, ExchangeTokens } from './exchange-tokens.js';

const single = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Who calls identity: a user by exchange token, or a party of the exchange by client assertion. Never both. */
@Injectable()
export class IdentityTokenVerifier extends TokenVerifier {
  constructor(
    private readonly tokens: ExchangeTokens,
    private readonly clients: ClientAuthenticationService,
  ) {
    super();
  }

  async verify(request: ServiceRequest): Promise<Principal> {
    const token = single(request.headers['x-auth-token']);
    const assertion = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token !== undefined && assertion === undefined) return this.verifyUser(token, request);
    if (assertion !== undefined && token === undefined) return this.verifyParty(assertion);
    throw Unauthenticated.because('there is not one token or one assertion');
  }

  private async verifyUser(token: string, request: ServiceRequest): Promise<Principal> {
    const principal = await this.tokens.verify(token);
    // Such a token is for the service that asked for it: whoever signs requests there changes nothing here.
    if (principal.exchange.methods.includes(EC2_METHOD)) {
      throw new Forbidden('EC2 credential tokens cannot be used for authorization.');
    }
    const rules = principal.exchange.application_credential?.access_rules;
    const path = (request.raw.originalUrl ?? request.originalUrl).split('?')[0] ?? '';
    if (rules && !isAllowed(rules, { service: 'identity', method: request.method, path })) {
      throw Unauthenticated.because('no access rule allows it');
    }
    return principal;
  }

  private async verifyParty(assertion: string): Promise<Principal> {
    const party = await this.clients.authenticate(assertion);
    return {
      realm: 'exchange',
      userId: party.id,
      systemScope: false,
      roles: [],
      tokenId: party.thumbprint,
      expiresAt: Math.floor(Date.now() / 1000),
      clientId: party.id,
      keyThumbprint: party.thumbprint,
      rawToken: assertion,
    };
  }
}
