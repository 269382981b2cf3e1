import { Injectable } from '@nestjs/common';
import {
  LANDLORD_TOKEN_MAX_SECONDS,
  LEASE_GRANT_AUDIENCE,
  type LandlordAccess,
  type LandlordTokenClaims,
  type LeaseAction,
  type LeaseGrantClaims,
} from '@ocx/openstack-api/exchange/tokens';
import { randomUUID } from 'node:crypto';
import { AuditLog } from '../audit/audit-log.js';
import type { ExchangeParty, Landlord } from '../exchange-parties/exchange-party.js';
import { ADMIN_ROLE } from '../roles/role.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { KeyRing, LONGEST_LIFE_SECONDS } from '../signing-keys/key-ring.js';
import { MintedTokensRepository, type Origin } from './minted-tokens.repository.js';

/** In whose name a token acts. */
export interface Subject {
  readonly sub: string;
  readonly projectId?: string | undefined;
  readonly projectDomainId?: string | undefined;
  readonly userDomainId?: string | undefined;
  readonly roles: readonly string[];
  /** The exchange token that speaks for them; undefined where nobody's does. */
  readonly origin?: Origin | undefined;
}

export interface Minted {
  readonly token: string;
  readonly expiresIn: number;
}

/** What is to be signed, and what of it is logged. */
interface Draft {
  readonly typ: string;
  readonly claims: LandlordTokenClaims | LeaseGrantClaims;
  readonly access: { readonly actions: readonly string[]; readonly lease_id?: string | undefined };
  readonly origin?: Origin | undefined;
}

interface Bound {
  readonly presenter: ExchangeParty;
  readonly jkt: string;
  readonly landlord: Landlord;
  readonly subject: Subject;
  readonly access: LandlordAccess;
  readonly notAfter: number | undefined;
  /** Seconds that it lives at most. */
  readonly limit: number;
}

interface Granted {
  readonly presenter: ExchangeParty;
  readonly landlord: Landlord;
  readonly subject: Subject & { projectId: string };
  readonly lease: { readonly leaseId: string; readonly actions: LeaseAction[] };
  readonly notAfter: number | undefined;
}

/** Signs tokens for other parties and logs the hash of each. */
@Injectable()
export class TokenMinter {
  constructor(
    private readonly ring: KeyRing,
    private readonly log: MintedTokensRepository,
    private readonly audit: AuditLog,
    private readonly settings: IdentitySettings,
  ) {}

  /** A token for one landlord, at most five minutes, bound to the presenter's key. */
  landlordToken(
    presenter: ExchangeParty,
    landlord: Landlord,
    subject: Subject,
    access: LandlordAccess,
    notAfter?: number,
  ): Promise<Minted> {
    const limit = LANDLORD_TOKEN_MAX_SECONDS;
    return this.mint(this.bound({ presenter, jkt: presenter.thumbprint, landlord, subject, access, notAfter, limit }));
  }

  /**
   * A token for one attachment at a storage landlord, bound to the compute landlord's key `jkt`. It lasts as long as the
   * attachment, not as the login that asked for it.
   */
  attachmentGrant(
    presenter: ExchangeParty,
    jkt: string,
    landlord: Landlord,
    subject: Subject,
    access: LandlordAccess,
    notAfter?: number,
  ): Promise<Minted> {
    const limit = LONGEST_LIFE_SECONDS;
    const lasting = { ...subject, origin: undefined };
    return this.mint(this.bound({ presenter, jkt, landlord, subject: lasting, access, notAfter, limit }));
  }

  /**
   * A landlord token as {@link landlordToken} gives it, and the broker's leave to work on its lease without the tenant, until
   * the lease ends. Both are logged, or neither.
   */
  async tokenAndLeaseGrant(
    granted: Granted,
    access: LandlordAccess,
    notAfter: number,
  ): Promise<{ token: Minted; leaseGrant: Minted }> {
    const { presenter, landlord, subject } = granted;
    const limit = LANDLORD_TOKEN_MAX_SECONDS;
    const bound = this.bound({ presenter, jkt: presenter.thumbprint, landlord, subject, access, notAfter, limit });
    const [token, leaseGrant] = await this.mintAll([bound, this.granted(granted)]);
    if (!token || !leaseGrant) throw new Error('Fewer tokens were minted than were drafted.');
    return { token, leaseGrant };
  }

  private bound({ presenter, jkt, landlord, subject, access, notAfter, limit }: Bound): Draft {
    const claims: LandlordTokenClaims = {
      ...this.life(limit, notAfter),
      iss: this.settings.issuer,
      aud: landlord.id,
      sub: subject.sub,
      client_id: presenter.id,
      act: { sub: presenter.id },
      cnf: { jkt },
      project_id: subject.projectId,
      project_domain_id: subject.projectDomainId,
      user_domain_id: subject.userDomainId,
      roles: subject.roles.filter((role) => role !== ADMIN_ROLE || landlord.acceptsAdmin),
      authorization_details: [access],
    };
    return { typ: 'at+jwt', claims, access, origin: subject.origin };
  }

  private granted({ presenter, landlord, subject, lease, notAfter }: Granted): Draft {
    const claims: LeaseGrantClaims = {
      ...this.life(LONGEST_LIFE_SECONDS, notAfter),
      iss: this.settings.issuer,
      aud: LEASE_GRANT_AUDIENCE,
      sub: subject.sub,
      client_id: presenter.id,
      cnf: { jkt: presenter.thumbprint },
      project_id: subject.projectId,
      project_domain_id: subject.projectDomainId,
      user_domain_id: subject.userDomainId,
      lease_id: lease.leaseId,
      landlord_id: landlord.id,
      actions: lease.actions,
    };
    return { typ: 'ocx-lease-grant+jwt', claims, access: { actions: lease.actions, lease_id: lease.leaseId } };
  }

  private life(limit: number, notAfter: number | undefined): { jti: string; iat: number; exp: number } {
    const iat = Math.floor(Date.now() / 1000);
    return { jti: randomUUID(), iat, exp: Math.floor(Math.min(iat + limit, notAfter ?? Number.POSITIVE_INFINITY)) };
  }

  private async mint(draft: Draft): Promise<Minted> {
    const [minted] = await this.mintAll([draft]);
    if (!minted) throw new Error('Nothing was minted.');
    return minted;
  }

  private async mintAll(drafts: readonly Draft[]): Promise<Minted[]> {
    const tokens = await Promise.all(drafts.map(({ typ, claims }) => this.ring.current.sign(typ, claims)));
    const signed = drafts.map((draft, index) => ({ ...draft, token: tokens[index] ?? '' }));
    const logged = this.log.log(
      signed.map(({ token, claims, access, origin }) => ({
        token,
        jti: claims.jti,
        clientId: claims.client_id,
        audience: claims.aud,
        subject: claims.sub,
        projectId: claims.project_id ?? null,
        leaseId: access.lease_id ?? null,
        actions: access.actions,
        origin: origin ?? null,
        iat: claims.iat,
        exp: claims.exp,
      })),
    );
    await Promise.all([logged, ...drafts.map((draft) => this.record(draft))]);
    return signed.map(({ token, claims }) => ({ token, expiresIn: claims.exp - claims.iat }));
  }

  private record({ typ, claims, access }: Draft): Promise<void> {
    const { client_id, jti, aud, sub, project_id } = claims;
    return this.audit.record({
      action: 'exchange',
      outcome: 'success',
      initiator: { typeURI: 'service/security/account/client', id: client_id },
      target: { typeURI: 'data/security/token', id: jti },
      details: { typ, audience: aud, subject: sub, project_id, lease_id: access.lease_id, actions: access.actions },
    });
  }
}
