import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { DataSource, type EntityManager, IsNull, Not } from 'typeorm';
import { purgeExpired } from '../database/purge.js';
import { MintedTokenEntity } from './minted-token.entity.js';

/** The exchange token or lease grant that a token was made from, and with which it dies. */
export interface Origin {
  readonly auditIds: readonly string[];
  /** Of an exchange token, which ends with its user's rights: seconds since the epoch. */
  readonly iat?: number | undefined;
}

export interface RevokedToken {
  readonly jti: string;
  /** Seconds since the epoch. */
  readonly exp: number;
}

export interface MintedToken {
  readonly token: string;
  readonly jti: string;
  readonly clientId: string;
  readonly audience: string;
  readonly subject: string;
  readonly projectId: string | null;
  readonly leaseId: string | null;
  readonly actions: readonly string[];
  readonly origin: Origin | null;
  /** Seconds since the epoch. */
  readonly iat: number;
  readonly exp: number;
}

const sha256 = (token: string): string => createHash('sha256').update(token).digest('hex');

@Injectable()
export class MintedTokensRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Logs the hashes before the tokens leave: a token that is not in the log was not minted here. */
  async log(minted: readonly MintedToken[]): Promise<void> {
    const rows = minted.map(({ token, iat, exp, actions, origin, ...row }) => ({
      ...row,
      actions: [...actions],
      subjectAuditIds: origin && [...origin.auditIds],
      subjectIssuedAt: origin?.iat === undefined ? null : new Date(origin.iat * 1000),
      sha256: sha256(token),
      issuedAt: new Date(iat * 1000),
      expiresAt: new Date(exp * 1000),
    }));
    await this.dataSource.getRepository(MintedTokenEntity).insert(rows);
  }

  /**
   * The tokens for an audience that a revocation has ended before their time. Asked anew each time, so that one which was
   * minted while its subject was being revoked is found too.
   */
  async revoked(audience: string): Promise<RevokedToken[]> {
    const rows = await this.dataSource.query<{ jti: string; expires_at: Date }[]>(
      `SELECT minted.jti, minted.expires_at FROM minted_tokens minted
        WHERE minted.audience = $1 AND minted.expires_at > now()
          AND (minted.revoked_at IS NOT NULL OR EXISTS (
            SELECT 1 FROM revocations revocation
             WHERE (revocation.issued_before > minted.subject_issued_at OR minted.subject_issued_at IS NULL)
                   AND revocation.audit_id = ANY (minted.subject_audit_ids)
                OR revocation.issued_before > minted.subject_issued_at AND revocation.audit_id IS NULL
                   AND (revocation.user_id = minted.subject
                        OR (revocation.user_id IS NULL AND revocation.project_id = minted.project_id))
                   AND (revocation.project_id IS NULL OR revocation.project_id = minted.project_id)))
        ORDER BY minted.id`,
      [audience],
    );
    return rows.map(({ jti, expires_at }) => ({ jti, exp: Math.ceil(expires_at.getTime() / 1000) }));
  }

  /** Whether the party that it was issued to has given this token back. */
  isReturned(token: string): Promise<boolean> {
    return this.dataSource
      .getRepository(MintedTokenEntity)
      .existsBy({ sha256: sha256(token), revokedAt: Not(IsNull()) });
  }

  /** The party gives back a token that it was issued. False when it was issued none such. */
  async giveBack(tx: EntityManager, clientId: string, token: string): Promise<boolean> {
    const change = { revokedAt: () => 'coalesce(revoked_at, now())' };
    const { affected } = await tx.update(MintedTokenEntity, { clientId, sha256: sha256(token) }, change);
    return affected === 1;
  }

  /** Forgets tokens that expired before then. */
  purge(before: Date, limit: number): Promise<number> {
    return purgeExpired(this.dataSource, { table: 'minted_tokens', column: 'expires_at', before, limit });
  }
}
