import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, MoreThan } from 'typeorm';
import { purgeExpired } from '../../database/purge.js';
import { SamlSessionEntity } from './saml-session.entity.js';
import type { SamlSubject } from './saml.js';

export interface SamlSession {
  readonly auditId: string;
  readonly identityProviderId: string;
  readonly nameId: string;
  readonly subject: SamlSubject;
  readonly expiresAt: Date;
}

@Injectable()
export class SamlSessionsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(session: SamlSession): Promise<void> {
    await this.dataSource.getRepository(SamlSessionEntity).insert(session);
  }

  find(auditId: string): Promise<SamlSession | null> {
    return this.dataSource.getRepository(SamlSessionEntity).findOneBy({ auditId, expiresAt: MoreThan(new Date()) });
  }

  /** Takes out the person's sessions at the provider: those with one of the indexes, or all when none is given. */
  async end(
    tx: EntityManager,
    at: Pick<SamlSession, 'identityProviderId' | 'nameId'>,
    indexes: readonly string[],
  ): Promise<string[]> {
    const [rows] = await tx.query<[{ audit_id: string }[], number]>(
      `DELETE FROM saml_sessions WHERE identity_provider_id = $1 AND name_id = $2
          AND (cardinality($3::text[]) = 0 OR subject ->> 'sessionIndex' = ANY($3)) RETURNING audit_id`,
      [at.identityProviderId, at.nameId, indexes],
    );
    return rows.map((row) => row.audit_id);
  }

  async remove(tx: EntityManager, auditId: string): Promise<void> {
    await tx.getRepository(SamlSessionEntity).delete({ auditId });
  }

  purge(limit: number): Promise<number> {
    return purgeExpired(this.dataSource, { table: 'saml_sessions', column: 'expires_at', before: new Date(), limit });
  }
}
