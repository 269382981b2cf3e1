import { FreshReads } from '../database/fresh-reads.js';
import { Injectable } from '@nestjs/common';
import { Forbidden, InvalidInput, NotFound, Unauthenticated } from '@ocx/service-kit/errors';
import { EC2_METHOD, ExchangeTokens } from '../tokens/exchange-tokens.js';
import { UsersService } from '../users/users.service.js';
import type { AuthIdentity } from '@ocx/openstack-api/identity/auth';
import { type Authentication, refused, usable } from './authentication.js';

@Injectable()
export class TokenMethod {
  constructor(
    private readonly tokens: ExchangeTokens,
    private readonly users: UsersService,
    private readonly reads: FreshReads,
  ) {}

  /** A new token from a live one (a dead one is 404, as in Keystone): never longer, and never out of the one project of a delegation or an access key. */
  async authenticate(payload: AuthIdentity['token']): Promise<Authentication> {
    return this.again('token', payload);
  }

  /** The same by Keystone's older names for it, for somebody who came from a home organisation. */
  async authenticateFederated(method: 'mapped' | 'saml2', payload: AuthIdentity['mapped']): Promise<Authentication> {
    const who = await this.again(method, payload);
    const { identityProviderId, protocolId } = who.user;
    // A protocol that was not used must not count as a method that was.
    if (identityProviderId === null || (method !== 'mapped' && method !== protocolId)) {
      throw new NotFound('Could not find Identity Provider of the token.');
    }
    return who;
  }

  private again(method: string, payload: AuthIdentity['token']): Promise<Authentication> {
    if (!payload) throw new InvalidInput(`Expecting to find ${method} in identity.`);
    return this.reads.together(() => this.renewed(method, payload.id));
  }

  private async renewed(method: string, token: string): Promise<Authentication> {
    const { exchange } = await this.tokens.verify(token).catch((error: unknown) => {
      throw error instanceof Unauthenticated ? new NotFound('Could not find token.', { cause: error }) : error;
    });
    if (exchange.application_credential) {
      throw new Forbidden('A token of an application credential cannot be used to get another token.');
    }
    if (exchange.oauth) throw new Forbidden('A token of an OAuth consumer cannot be used to get another token.');
    if (exchange.trust) throw new Forbidden('A token of a trust cannot be used to get another token.');
    if (exchange.methods.includes(EC2_METHOD)) {
      throw new Forbidden('A token of an access key cannot be used to get another token.');
    }
    const user = usable(await this.users.find(exchange.sub));
    if (!user) throw refused();
    return {
      user,
      methods: [...new Set([method, ...exchange.methods])],
      notAfter: exchange.exp,
      parentAuditId: exchange.audit_ids.at(-1),
    };
  }
}
