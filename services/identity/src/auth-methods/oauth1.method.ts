import { Injectable } from '@nestjs/common';
import { OAuthDelegation } from '../oauth-tokens/oauth-delegation.service.js';
import { parseAuthorization } from '../oauth-tokens/oauth-signature.js';
import { UsersService } from '../users/users.service.js';
import { type Authentication, refused, usable } from './authentication.js';

/** A consumer with an access token, by the signature in the request's header: what its user let it have, no more. */
@Injectable()
export class OAuth1Method {
  constructor(
    private readonly delegation: OAuthDelegation,
    private readonly users: UsersService,
  ) {}

  async authenticate(authorization: string | undefined): Promise<Authentication> {
    const accessToken = await this.delegation.presented('auth/tokens', parseAuthorization(authorization));
    const user = usable(await this.users.find(accessToken.userId));
    if (!user) throw refused();
    const { expiresAt } = accessToken;
    return {
      user,
      methods: ['oauth1'],
      accessToken,
      ...(expiresAt === null ? {} : { notAfter: expiresAt.getTime() / 1000 }),
    };
  }
}
