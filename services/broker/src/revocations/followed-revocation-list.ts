import { Inject, Injectable } from '@nestjs/common';
import type { ExchangeTokenClaims } from '@ocx/openstack-api/exchange/tokens';
import { HttpClient, type HttpResponse } from '@ocx/openstack-client/http';
import { BackendUnavailable, Unauthenticated } from '@ocx/service-kit/errors';
import { RevocationList } from '@ocx/service-kit/token-verifier';
import { BROKER_CONFIG, BrokerConfig } from '../broker.config.js';
import { RevocationFollower } from './revocation-follower.js';

const DEADLINE_MS = 2_000;

/** Knows from identity's feed; asks identity itself while the feed is stale; fails closed when it does not answer. */
@Injectable()
export class FollowedRevocationList extends RevocationList {
  constructor(
    @Inject(BROKER_CONFIG) private readonly config: BrokerConfig,
    private readonly follower: RevocationFollower,
    private readonly http: HttpClient,
  ) {
    super();
  }

  check(claims: ExchangeTokenClaims, rawToken: string): Promise<void> | undefined {
    if (this.follower.revoked.has(claims)) throw refused();
    return this.follower.isFresh ? undefined : this.introspect(rawToken);
  }

  private async introspect(rawToken: string): Promise<void> {
    const answer = await this.ask(rawToken).catch((error: unknown) => {
      throw new BackendUnavailable('Whether this token was revoked cannot be told now.', {
        reason: 'identity_unreachable',
        cause: error,
      });
    });
    if (answer.status === 200) return;
    if (answer.status === 401 || answer.status === 403 || answer.status === 404) throw refused();
    throw new BackendUnavailable('Whether this token was revoked cannot be told now.', {
      reason: 'identity_unreachable',
    });
  }

  private ask(rawToken: string): Promise<HttpResponse> {
    return this.http.request({
      method: 'GET',
      url: `${this.config.OCX_IDENTITY_URL}/v3/auth/tokens?nocatalog`,
      headers: { 'x-auth-token': rawToken, 'x-subject-token': rawToken, accept: 'application/json' },
      deadlineMs: DEADLINE_MS,
    });
  }
}

const refused = () => Unauthenticated.because('the token was revoked');
