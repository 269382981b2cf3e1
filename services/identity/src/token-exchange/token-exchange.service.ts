import { Injectable } from '@nestjs/common';
import { ACCESS_TOKEN_TYPE, ATTACHMENT_GRANT_TYPE, LEASE_GRANT_TYPE } from '@ocx/openstack-api/exchange/tokens';
import { Unauthenticated } from '@ocx/service-kit/errors';
import { BROKER_ID, type ExchangeParty, keyOf, type Landlord } from '../exchange-parties/exchange-party.js';
import { ExchangePartiesService } from '../exchange-parties/exchange-parties.service.js';
import { ExchangeTokens, type VerifiedPrincipal } from '../tokens/exchange-tokens.js';
import { LeaseGrants } from './lease-grants.js';
import { accompanyingGrant, attachmentAccess, grantedAccess, tenantAccess } from './narrowing.js';
import { OAuthError } from './oauth-error.js';
import { type Minted, type Subject, TokenMinter } from './token-minter.js';
import { type ExchangeTokenRequest, exchangeRequestOf, tokenRequestOf } from './token-request.schema.js';

export interface TokenAnswer extends Minted {
  readonly issuedTokenType: string;
  /** The lease grant that was asked for beside the token. */
  readonly leaseGrant?: string;
}

function subjectOf(principal: VerifiedPrincipal): Subject & { projectId: string } {
  if (principal.projectId === undefined) {
    throw new OAuthError('invalid_grant', 'The subject token has no project.');
  }
  return {
    sub: principal.userId,
    projectId: principal.projectId,
    projectDomainId: principal.projectDomainId,
    userDomainId: principal.userDomainId,
    roles: principal.roles,
    origin: { auditIds: principal.exchange.audit_ids, iat: principal.exchange.iat },
  };
}

function givesTokenOfTenant({ subject_token_type: from, requested_token_type: to }: ExchangeTokenRequest): boolean {
  return from === ACCESS_TOKEN_TYPE && to === ACCESS_TOKEN_TYPE;
}

/** RFC 8693, as docs/protocol.md narrows it: who presents is proved by key, and every token is narrower than its subject. */
@Injectable()
export class TokenExchangeService {
  constructor(
    private readonly tokens: ExchangeTokens,
    private readonly grants: LeaseGrants,
    private readonly parties: ExchangePartiesService,
    private readonly minter: TokenMinter,
  ) {}

  async mint(presenter: ExchangeParty, body: unknown): Promise<TokenAnswer> {
    // Landlords redeem what they are given; only the broker acts for tenants.
    if (presenter.id !== BROKER_ID) throw new OAuthError('unauthorized_client', 'Only the broker exchanges tokens.');
    const { grant, resource } = tokenRequestOf(body);
    if (grant === 'client_credentials') return this.feedToken(presenter, await this.landlord(resource));
    const request = exchangeRequestOf(body, resource);
    if (request.leaseGrant !== undefined && !givesTokenOfTenant(request)) {
      throw new OAuthError('invalid_authorization_details', "A lease grant goes with a tenant's landlord token only.");
    }
    if (request.subject_token_type === LEASE_GRANT_TYPE) {
      return this.redeemLeaseGrant(presenter, await this.landlord(resource), request);
    }
    const [landlord, principal] = await Promise.all([this.landlord(resource), this.subject(request.subject_token)]);
    switch (request.requested_token_type) {
      case ATTACHMENT_GRANT_TYPE:
        return this.attachmentGrant(presenter, landlord, principal, request);
      case ACCESS_TOKEN_TYPE:
        return this.tenantToken(presenter, landlord, principal, request);
    }
  }

  private async tenantToken(
    presenter: ExchangeParty,
    landlord: Landlord,
    principal: VerifiedPrincipal,
    request: ExchangeTokenRequest,
  ): Promise<TokenAnswer> {
    const access = tenantAccess(request.access);
    const subject = subjectOf(principal);
    if (request.leaseGrant === undefined) {
      const minted = await this.minter.landlordToken(presenter, landlord, subject, access, principal.expiresAt);
      return { ...minted, issuedTokenType: ACCESS_TOKEN_TYPE };
    }
    const lease = accompanyingGrant(access, request.leaseGrant);
    const granted = { presenter, landlord, subject, lease, notAfter: this.end(request) };
    const { token, leaseGrant } = await this.minter.tokenAndLeaseGrant(granted, access, principal.expiresAt);
    return { ...token, issuedTokenType: ACCESS_TOKEN_TYPE, leaseGrant: leaseGrant.token };
  }

  private async feedToken(presenter: ExchangeParty, landlord: Landlord): Promise<TokenAnswer> {
    const access = { type: 'ocx:landlord' as const, actions: ['feed' as const] };
    const minted = await this.minter.landlordToken(presenter, landlord, { sub: presenter.id, roles: [] }, access);
    return { ...minted, issuedTokenType: ACCESS_TOKEN_TYPE };
  }

  private async redeemLeaseGrant(
    presenter: ExchangeParty,
    landlord: Landlord,
    request: ExchangeTokenRequest,
  ): Promise<TokenAnswer> {
    if (request.requested_token_type !== ACCESS_TOKEN_TYPE) {
      throw new OAuthError('invalid_request', 'A lease grant gives a landlord token, nothing else.');
    }
    const grant = await this.grants.verify(request.subject_token);
    if (grant.client_id !== presenter.id || grant.cnf.jkt !== presenter.thumbprint) {
      throw new OAuthError('invalid_grant', 'The grant is bound to another key.');
    }
    if (grant.landlord_id !== landlord.id) throw new OAuthError('invalid_target', 'The grant is for another landlord.');
    const subject = {
      sub: grant.sub,
      projectId: grant.project_id,
      projectDomainId: grant.project_domain_id,
      userDomainId: grant.user_domain_id,
      roles: [],
      origin: { auditIds: [grant.jti] },
    };
    const access = grantedAccess(request.access, grant);
    const minted = await this.minter.landlordToken(presenter, landlord, subject, access, grant.exp);
    return { ...minted, issuedTokenType: ACCESS_TOKEN_TYPE };
  }

  private async attachmentGrant(
    presenter: ExchangeParty,
    landlord: Landlord,
    principal: VerifiedPrincipal,
    request: ExchangeTokenRequest,
  ): Promise<TokenAnswer> {
    const access = attachmentAccess(request.access);
    if (landlord.kind !== 'storage')
      throw new OAuthError('invalid_target', 'Volumes are attached from a storage landlord.');
    const { landlord_id, jkt } = access.attachment.connector;
    const connector = await this.parties.findLandlord(landlord_id);
    // The key comes from the enrolment; the request only has to agree with it.
    if (connector?.kind !== 'compute' || !keyOf(connector, jkt)) {
      throw new OAuthError(
        'invalid_authorization_details',
        'The connector is no enrolled compute landlord with this key.',
      );
    }
    const subject = { ...subjectOf(principal), roles: [] };
    const end = this.end(request);
    const minted = await this.minter.attachmentGrant(presenter, jkt, landlord, subject, access, end);
    return { ...minted, issuedTokenType: ATTACHMENT_GRANT_TYPE };
  }

  private end(request: ExchangeTokenRequest): number | undefined {
    if (request.not_after !== undefined && request.not_after <= Date.now() / 1000) {
      throw new OAuthError('invalid_request', 'not_after is in the past.');
    }
    return request.not_after;
  }

  private async landlord(id: string): Promise<Landlord> {
    const landlord = await this.parties.findLandlord(id);
    if (!landlord) throw new OAuthError('invalid_target', 'No such landlord is enrolled.');
    return landlord;
  }

  private async subject(token: string): Promise<VerifiedPrincipal> {
    return this.tokens.verify(token).catch((error: unknown) => {
      if (!(error instanceof Unauthenticated)) throw error;
      throw new OAuthError('invalid_grant', 'The subject token is not live.', error.cause);
    });
  }
}
