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
    if (!payload) throw new InvalidInput('Expecting to find token in identity.');
    return this.reads.together(() => this.again(payload.id));
  }

  private async again(token: string): Promise<Authentication> {
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
      methods: [...new Set(['token', ...exchange.methods])],
      notAfter: exchange.exp,
      parentAuditId: exchange.audit_ids.at(-1),
    };
  }
}
