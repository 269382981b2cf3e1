import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CheckedResponse } from './response-checks.js';
import { SamlRequestEntity } from './saml-request.entity.js';

export interface SamlRequest {
  readonly id: string;
  readonly identityProviderId: string;
  readonly protocolId: string;
  readonly origin: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

@Injectable()
export class SamlRepository {
  constructor(private readonly dataSource: DataSource) {}

  async saveRequest(request: SamlRequest): Promise<void> {
    // Each login clears the ones that nobody answered.
    await this.dataSource.query('DELETE FROM saml_requests WHERE expires_at < now()');
    await this.dataSource.getRepository(SamlRequestEntity).insert(request);
  }

  async findRequest(id: string, identityProviderId: string): Promise<SamlRequest | null> {
    const request = await this.dataSource.getRepository(SamlRequestEntity).findOneBy({ id, identityProviderId });
    return request && request.expiresAt.getTime() > Date.now() ? request : null;
  }

  /**
   * Spends the request and the assertion, both or neither. Of the same answer presented many times at once, at any
   * replica, exactly one gets the request back.
   */
  async spend(identityProviderId: string, answer: CheckedResponse): Promise<SamlRequest | null> {
    return this.dataSource.transaction(async (tx) => {
      const fresh = await tx.query<unknown[]>(
        `INSERT INTO saml_assertions (identity_provider_id, assertion_id, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING RETURNING 1`,
        [identityProviderId, answer.assertionId, answer.expiresAt],
      );
      if (fresh.length !== 1) return null;
      const rows = tx.getRepository(SamlRequestEntity);
      const request = await rows.findOne({
        where: { id: answer.inResponseTo, identityProviderId },
        lock: { mode: 'pessimistic_write' },
      });
      if (!request || request.expiresAt.getTime() <= Date.now()) return null;
      await rows.delete({ id: request.id });
      await tx.query('DELETE FROM saml_assertions WHERE expires_at < now()');
      return request;
    });
  }
}
