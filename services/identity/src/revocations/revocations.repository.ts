import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { purgeExpired } from '../database/purge.js';
import type { NewRevocation, Revocation, TokenMarks } from './revocation.js';
import { RevocationEntity } from './revocation.entity.js';

// One writer at a time, until its commit: a sequence alone hands out 8 before 7 is visible, and a reader would skip 7.
const REVOCATION_LOCK = 721_049_332;

@Injectable()
export class RevocationsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Adds revocations in the caller's transaction, which alone decides whether they happened. */
  async add(tx: EntityManager, revocations: readonly NewRevocation[], issuedBefore: Date): Promise<void> {
    if (revocations.length === 0) return;
    await tx.query('SELECT pg_advisory_xact_lock($1)', [REVOCATION_LOCK]);
    const [{ last }] = await tx.query<[{ last: string }]>('SELECT coalesce(max(seq), 0) AS last FROM revocations');
    const trusts = await this.trustsOf(tx, revocations);
    const rows = [...revocations, ...trusts].map((revocation, index) => ({
      seq: String(BigInt(last) + BigInt(index + 1)),
      auditId: 'auditId' in revocation ? revocation.auditId : null,
      userId: 'userId' in revocation ? (revocation.userId ?? null) : null,
      projectId: 'projectId' in revocation ? (revocation.projectId ?? null) : null,
      issuedBefore,
    }));
    await tx.getRepository(RevocationEntity).insert(rows);
  }

  /** The trusts whose tokens die with those of their users, whoever's name they are in. */
  private async trustsOf(tx: EntityManager, revocations: readonly NewRevocation[]): Promise<NewRevocation[]> {
    const ofUsers = revocations.flatMap((one) => ('userId' in one && one.userId !== undefined ? [one] : []));
    if (ofUsers.length === 0) return [];
    const rows = await tx.query<{ id: string }[]>(
      `WITH RECURSIVE hit(id) AS (
         SELECT t.id FROM unnest($1::varchar[], $2::varchar[]) AS r(user_id, project_id)
           JOIN trusts t ON (t.trustor_user_id = r.user_id AND (r.project_id IS NULL OR t.project_id = r.project_id))
                         OR (t.trustee_user_id = r.user_id AND r.project_id IS NULL)
         UNION SELECT t.id FROM hit JOIN trusts t ON t.redelegated_trust_id = hit.id)
       SELECT id FROM hit`,
      [ofUsers.map(({ userId }) => userId), ofUsers.map(({ projectId }) => projectId ?? null)],
    );
    return rows.map(({ id }) => ({ auditId: id }));
  }

  /** Whether any revocation covers a token with these marks. One indexed query. */
  async covers(token: TokenMarks): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `SELECT 1 FROM revocations
        WHERE audit_id = ANY($1) OR (audit_id = $5 AND issued_before > $4)
           OR (issued_before > $4 AND audit_id IS NULL
               AND (user_id = $2 OR (user_id IS NULL AND project_id = $3))
               AND (project_id IS NULL OR project_id = $3))
        LIMIT 1`,
      [token.auditIds, token.userId, token.projectId ?? null, token.issuedAt, token.trustId ?? null],
    );
    return rows.length > 0;
  }

  /** The latest instant before which this user's tokens for this project (or of this trust) are dead; a new token must be later. */
  async floor(userId: string, projectId: string | undefined, trustId?: string): Promise<Date | undefined> {
    const [row] = await this.dataSource.query<[{ floor: Date | null }]>(
      `SELECT max(issued_before) AS floor FROM revocations
        WHERE audit_id = $3
           OR (audit_id IS NULL
               AND (user_id = $1 OR (user_id IS NULL AND project_id = $2))
               AND (project_id IS NULL OR project_id = $2))`,
      [userId, projectId ?? null, trustId ?? null],
    );
    return row.floor ?? undefined;
  }

  async listAfter(seq: number, limit: number): Promise<Revocation[]> {
    const rows: (Omit<Revocation, 'seq'> & { seq: string })[] = await this.dataSource
      .getRepository(RevocationEntity)
      .createQueryBuilder('revocation')
      .where('revocation.seq > :seq', { seq })
      .orderBy('revocation.seq')
      .take(limit)
      .getMany();
    return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
  }

  async last(): Promise<number> {
    const [row] = await this.dataSource.query<[{ last: string }]>(
      'SELECT coalesce(max(seq), 0) AS last FROM revocations',
    );
    return Number(row.last);
  }

  /** Forgets what was revoked before then. The last one stays: numbers go on from it. */
  purge(before: Date, limit: number): Promise<number> {
    const where = 'old.seq < (SELECT max(seq) FROM revocations)';
    return purgeExpired(this.dataSource, { table: 'revocations', column: 'revoked_at', before, limit, where });
  }
}
