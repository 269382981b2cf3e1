import { Inject, Injectable } from '@nestjs/common';
import {
  LEASE_GRANT_TYPE,
  type LandlordAccess,
  type LandlordAction,
  type LeaseAction,
} from '@ocx/openstack-api/exchange/tokens';
import { PeerMisbehaved, PeerUnreachable } from '@ocx/openstack-client/http';
import { IdentityClient, TokenRefused, type MintedToken } from '@ocx/openstack-client/identity-client';
import type { LandlordSession } from '@ocx/openstack-client/landlord-session';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { BackendUnavailable, Forbidden, Unauthenticated } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { BROKER_CONFIG, BrokerConfig } from '../broker.config.js';
import { LandlordBreaker, LandlordUnreachable } from './landlord-breaker.js';
import { LandlordTokenCache, type TokenUse } from './landlord-token-cache.js';
import { GuardedSession, LandlordHttp } from './landlord-transport.js';
import type { Landlord } from './landlord.js';

/** What of a lease is needed to act on it without its tenant. */
export interface GrantedLease {
  readonly id: string;
  readonly leaseGrant: string | null;
}

/**
 * Calls to landlords, each under a landlord token that identity minted for it. Deadline per call:
 * OCX_LANDLORD_DEADLINE_MS unless the request says otherwise. A landlord that does not answer is not asked again until
 * its breaker's pause is over; calls then throw `LandlordUnreachable` at once.
 */
@Injectable()
export class LandlordConnections {
  private readonly tokens = new LandlordTokenCache();

  constructor(
    @Inject(BROKER_CONFIG) private readonly config: BrokerConfig,
    private readonly identity: IdentityClient,
    private readonly key: SigningKey,
    private readonly http: LandlordHttp,
    readonly breaker: LandlordBreaker,
  ) {}

  /**
   * The tenant's own token, narrowed to this landlord and `access`. Throws `Unauthenticated` or `Forbidden` when
   * identity refuses, `BackendUnavailable` when it does not answer, `LandlordUnreachable` while the breaker is open.
   */
  async forTenant(
    caller: Principal,
    landlord: Landlord,
    access: Omit<LandlordAccess, 'type'>,
  ): Promise<LandlordSession> {
    return this.session(landlord, tenantUse(caller, landlord, access), () =>
      this.identity.exchange({ subjectToken: caller.rawToken, resource: landlord.id, access }),
    );
  }

  /**
   * The lease grant for the lease that `access` names. The tenant's token for it comes in the same answer of identity, and
   * {@link forTenant} then finds it. Throws as that does.
   */
  async leaseGrant(
    caller: Principal,
    landlord: Landlord,
    access: Omit<LandlordAccess, 'type'>,
    actions: readonly LeaseAction[],
  ): Promise<string> {
    const minting = this.identity.exchange({
      subjectToken: caller.rawToken,
      resource: landlord.id,
      access,
      leaseGrant: actions,
    });
    this.tokens.put(tenantUse(caller, landlord, access), minting);
    const { leaseGrant } = await minting.catch((error: unknown) => {
      throw identityFailure(error);
    });
    if (leaseGrant === undefined) throw identityFailure(new PeerMisbehaved('Identity gave a token without its grant.'));
    return leaseGrant;
  }

  /** Acts on one lease without its tenant, by the grant issued at order time. */
  async forLease(lease: GrantedLease, landlord: Landlord, action: LandlordAction): Promise<LandlordSession> {
    const { leaseGrant } = lease;
    if (leaseGrant === null) throw new Forbidden('This lease carries no grant.', { reason: 'no_grant' });
    const access = { actions: [action], lease_id: lease.id };
    return this.session(landlord, { subject: lease.id, landlordId: landlord.id, access }, () =>
      this.identity.exchange({
        subjectToken: leaseGrant,
        subjectTokenType: LEASE_GRANT_TYPE,
        resource: landlord.id,
        access,
      }),
    );
  }

  /**
   * The broker's own: offers, lease states, events and usage.
   * @param probe calls also a landlord that failed lately: for the follower of its feed, who finds out when it is back.
   */
  async forFeed(landlord: Landlord, probe = false): Promise<LandlordSession> {
    const use = { subject: 'broker', landlordId: landlord.id, access: 'feed' };
    return this.session(landlord, use, () => this.identity.clientCredentials(landlord.id), probe);
  }

  /** Landlord tokens minted from what was revoked are not presented again. */
  evict(matches: (use: TokenUse, mintedAt: number) => boolean): void {
    this.tokens.evict(matches);
  }

  isReachable(landlord: Landlord): boolean {
    return this.breaker.isReachable(landlord.id);
  }

  private async session(
    landlord: Landlord,
    use: TokenUse,
    mint: () => Promise<MintedToken>,
    probe = false,
  ): Promise<LandlordSession> {
    if (!probe && !this.isReachable(landlord)) {
      throw new LandlordUnreachable(`Landlord ${landlord.name} did not answer lately.`);
    }
    const token = await this.tokens.get(use, mint).catch((error: unknown) => {
      throw identityFailure(error);
    });
    return new GuardedSession(
      {
        endpoint: landlord.endpoint,
        landlordId: landlord.id,
        key: this.key,
        http: this.http,
        token,
        deadlineMs: this.config.OCX_LANDLORD_DEADLINE_MS,
      },
      this.breaker,
      probe,
    );
  }
}

function tenantUse({ tokenId, userId, projectId }: Principal, landlord: Landlord, access: unknown): TokenUse {
  return { subject: tokenId, userId, projectId, landlordId: landlord.id, access };
}

/** What a failed minting means to whoever asked: never a landlord's failure. */
export function identityFailure(error: unknown): unknown {
  if (error instanceof TokenRefused) {
    return error.error === 'invalid_grant'
      ? new Unauthenticated('The request you have made requires authentication.', { cause: error })
      : new Forbidden('Identity does not allow this use of the token.', { reason: error.error, cause: error });
  }
  if (error instanceof PeerUnreachable || error instanceof PeerMisbehaved) {
    return new BackendUnavailable('Identity does not answer.', { reason: 'identity_unreachable', cause: error });
  }
  return error;
}
