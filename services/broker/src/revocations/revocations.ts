import type { ExchangeTokenClaims } from '@ocx/openstack-api/exchange/tokens';

/** One entry of identity's feed: every token that `matches` and was issued before then is dead. */
export interface Revocation {
  readonly auditId: string | undefined;
  readonly userId: string | undefined;
  readonly projectId: string | undefined;
  /** Milliseconds since the epoch. */
  readonly issuedBefore: number;
}

type Subject = Pick<ExchangeTokenClaims, 'audit_ids' | 'sub' | 'project' | 'iat'>;

/**
 * What was revoked, in memory. Entries by audit id are looked up; those by user and project keep the newest time. An
 * entry is forgotten when every token it could mean has expired.
 */
export class RevokedTokens {
  private readonly byAudit = new Map<string, Revocation>();
  private readonly byUser = new Map<string, Revocation>();
  private readonly byProject = new Map<string, Revocation>();
  private readonly byBoth = new Map<string, Revocation>();

  add(revocation: Revocation): void {
    const { auditId, userId, projectId } = revocation;
    if (auditId !== undefined) keepNewest(this.byAudit, auditId, revocation);
    else if (userId !== undefined && projectId !== undefined)
      keepNewest(this.byBoth, `${userId}/${projectId}`, revocation);
    else if (userId !== undefined) keepNewest(this.byUser, userId, revocation);
    else if (projectId !== undefined) keepNewest(this.byProject, projectId, revocation);
  }

  has(claims: Subject): boolean {
    const project = claims.project?.id;
    const candidates = [
      ...claims.audit_ids.map((id) => this.byAudit.get(id)),
      this.byUser.get(claims.sub),
      project === undefined ? undefined : this.byProject.get(project),
      project === undefined ? undefined : this.byBoth.get(`${claims.sub}/${project}`),
    ];
    // Identity ends a revocation at the end of its second, and issues the next token no earlier: that one lives.
    return candidates.some((entry) => entry !== undefined && claims.iat * 1000 < entry.issuedBefore);
  }

  /** Drops what was revoked before this time: no token of then lives any more. */
  forgetBefore(time: number): void {
    for (const map of [this.byAudit, this.byUser, this.byProject, this.byBoth]) {
      for (const [key, { issuedBefore }] of map) if (issuedBefore < time) map.delete(key);
    }
  }
}

function keepNewest(map: Map<string, Revocation>, key: string, revocation: Revocation): void {
  const known = map.get(key);
  if (!known || known.issuedBefore < revocation.issuedBefore) map.set(key, revocation);
}
