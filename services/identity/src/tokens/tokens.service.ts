import { Injectable } from '@nestjs/common';
import { EXCHANGE_AUDIENCE, type ExchangeTokenClaims } from '@ocx/openstack-api/exchange/tokens';
import { randomBytes } from 'node:crypto';
import type { ApplicationCredential } from '../application-credentials/application-credential.js';
import { AuditLog } from '../audit/audit-log.js';
import type { AccessToken } from '../oauth-tokens/oauth-token.js';
import type { Role } from '../roles/role.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { KeyRing } from '../signing-keys/key-ring.js';
import type { Trust } from '../trusts/trust.js';
import type { UserWithDomain } from '../users/user.js';
import type { Scope } from './scope.js';

export interface TokenSubject {
  readonly user: UserWithDomain;
  readonly methods: readonly string[];
  readonly scope: Scope;
  readonly roles: readonly Role[];
  readonly applicationCredential?: ApplicationCredential | undefined;
  readonly trust?: Trust | undefined;
  readonly accessToken?: AccessToken | undefined;
  /** Seconds since the epoch, before everything else here was read. */
  readonly issuedAt: number;
  /** Seconds since the epoch: the end of what the token was made from. */
  readonly notAfter?: number | undefined;
  /** The audit id of the first token of the chain. */
  readonly parentAuditId?: string | undefined;
}

export interface IssuedToken {
  readonly token: string;
  readonly claims: ExchangeTokenClaims;
}

const auditId = (): string => randomBytes(16).toString('base64url');

type ScopeClaims = Pick<ExchangeTokenClaims, 'project' | 'domain' | 'system' | 'is_admin_project'>;

function scopeClaims(scope: Scope, settings: IdentitySettings): ScopeClaims {
  if (scope.type === 'system') return { system: { all: true } };
  if (scope.type === 'domain') return { domain: { id: scope.domain.id, name: scope.domain.name } };
  if (scope.type === 'unscoped') return {};
  const { id, name, domainId, domainName } = scope.project;
  return {
    project: { id, name, domain: { id: domainId, name: domainName } },
    ...(settings.isAdminProject(scope.project) ? { is_admin_project: true } : {}),
  };
}

function credentialClaims(credential: ApplicationCredential): Pick<ExchangeTokenClaims, 'application_credential'> {
  const { id, accessRules } = credential;
  return { application_credential: { id, ...(accessRules === null ? {} : { access_rules: [...accessRules] }) } };
}

function trustClaims(trust: Trust): Pick<ExchangeTokenClaims, 'trust'> {
  const { id, impersonation, trustorUserId, trusteeUserId } = trust;
  return { trust: { id, impersonation, trustor_user_id: trustorUserId, trustee_user_id: trusteeUserId } };
}

/** A token is of one delegation at most. */
function budgetClaims({ applicationCredential, trust }: TokenSubject): Pick<ExchangeTokenClaims, 'budgets'> {
  const budgets = (applicationCredential ?? trust)?.budgets ?? [];
  return budgets.length === 0 ? {} : { budgets: [...budgets] };
}

function oauthClaims({ id, consumerId }: AccessToken): Pick<ExchangeTokenClaims, 'oauth'> {
  return { oauth: { access_token_id: id, consumer_id: consumerId } };
}

/** What the token hangs on: revoking one of them ends every token of the chain or of the delegation. */
function chainOf(subject: TokenSubject): string[] {
  const chain = [
    subject.parentAuditId ?? subject.applicationCredential?.id ?? subject.accessToken?.id,
    subject.trust?.id,
  ];
  return chain.filter((id) => id !== undefined);
}

/** Issues exchange tokens (docs/protocol.md): signed, bearer, short-lived, revocable. */
@Injectable()
export class TokensService {
  constructor(
    private readonly ring: KeyRing,
    private readonly settings: IdentitySettings,
    private readonly audit: AuditLog,
  ) {}

  async issue(subject: TokenSubject): Promise<IssuedToken> {
    const { user, scope, issuedAt: iat } = subject;
    const exp = Math.min(iat + this.settings.tokenLifetimeSeconds, subject.notAfter ?? Number.POSITIVE_INFINITY);
    const id = auditId();
    const claims: ExchangeTokenClaims = {
      iss: this.settings.issuer,
      aud: [EXCHANGE_AUDIENCE],
      sub: user.id,
      iat,
      exp: Math.floor(exp),
      jti: id,
      audit_ids: [id, ...chainOf(subject)],
      methods: [...subject.methods],
      user: { id: user.id, name: user.name, domain: { id: user.domainId, name: user.domainName } },
      ...scopeClaims(scope, this.settings),
      roles: subject.roles.map((role) => ({ id: role.id, name: role.name })),
      ...(subject.applicationCredential ? credentialClaims(subject.applicationCredential) : {}),
      ...(subject.trust ? trustClaims(subject.trust) : {}),
      ...budgetClaims(subject),
      ...(subject.accessToken ? oauthClaims(subject.accessToken) : {}),
    };
    const [token] = await Promise.all([this.ring.current.sign('at+jwt', claims), this.record(claims)]);
    return { token, claims };
  }

  private record({
    sub,
    jti,
    user,
    methods,
    project,
    domain,
    application_credential,
  }: ExchangeTokenClaims): Promise<void> {
    return this.audit.record({
      action: 'authenticate',
      outcome: 'success',
      initiator: { typeURI: 'service/security/account/user', id: sub, name: user.name, domain_id: user.domain.id },
      target: { typeURI: 'data/security/token', id: jti },
      details: {
        methods,
        project_id: project?.id,
        domain_id: domain?.id,
        application_credential_id: application_credential?.id,
      },
    });
  }
}
