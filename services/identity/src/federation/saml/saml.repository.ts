import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { purgeExpired } from '../../database/purge.js';
import type { RemoteAttributes } from '../mappings/mapping-engine.js';
import type { CheckedResponse } from './response-checks.js';
import { SamlRequestEntity } from './saml-request.entity.js';
import type { SamlBinding } from './saml.js';

export interface SamlRequest {
  readonly id: string;
  readonly identityProviderId: string;
  readonly protocolId: string;
  readonly binding: SamlBinding;
  readonly origin: string | null;
  readonly browserSha256: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** An answer counts for the request that it names, of the provider that gave it, and by the way it was asked for. */
export type RequestKey = Pick<SamlRequest, 'id' | 'identityProviderId' | 'binding'>;

/** What waits, once the provider has answered, for the browser to come for it. */
export interface Answer {
  readonly codeSha256: string;
  readonly attributes: RemoteAttributes;
  readonly expiresAt: Date;
}

export interface AnsweredLogin {
  readonly identityProviderId: string;
  readonly protocolId: string;
  readonly origin: string | null;
  readonly browserSha256: string;
  readonly attributes: RemoteAttributes;
}

@Injectable()
export class SamlRepository {
  constructor(private readonly dataSource: DataSource) {}

  async saveRequest(request: SamlRequest): Promise<void> {
    await this.dataSource.getRepository(SamlRequestEntity).insert(request);
  }

  /** A request that was not answered yet. */
  async findRequest({ id, identityProviderId, binding }: RequestKey): Promise<SamlRequest | null> {
    const request = await this.dataSource
      .getRepository(SamlRequestEntity)
      .findOneBy({ id, identityProviderId, binding, codeSha256: IsNull() });
    return request && request.expiresAt.getTime() > Date.now() ? request : null;
  }

  /**
   * Spends the request and the assertion, both or neither. Of the same answer presented many times at once, at any
   * replica, exactly one is kept.
   */
  async spend(request: RequestKey, response: CheckedResponse, answer: Answer): Promise<boolean> {
    return this.dataSource.transaction(async (tx) => {
      const fresh = await tx.query<unknown[]>(
        `INSERT INTO saml_assertions (identity_provider_id, assertion_id, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING RETURNING 1`,
        [request.identityProviderId, response.assertionId, response.expiresAt],
      );
      if (fresh.length !== 1) return false;
      const spent = await tx
        .createQueryBuilder()
        .update(SamlRequestEntity)
        .set(answer)
        .where('id = :id AND identity_provider_id = :identityProviderId AND binding = :binding', request)
        .andWhere('code_sha256 IS NULL AND expires_at > :now', { now: new Date() })
        .execute();
      return spent.affected === 1;
    });
  }

  /** Takes the answered login out: of several with the same code one gets it, and a wrong browser ends it. */
  async redeem(codeSha256: string): Promise<AnsweredLogin | undefined> {
    const [rows] = await this.dataSource.query<[(AnsweredLogin & { expiresAt: Date })[], number]>(
      `DELETE FROM saml_requests WHERE code_sha256 = $1
       RETURNING identity_provider_id AS "identityProviderId", protocol_id AS "protocolId", origin,
                 browser_sha256 AS "browserSha256", attributes, expires_at AS "expiresAt"`,
      [codeSha256],
    );
    const [login] = rows;
    return login && login.expiresAt.getTime() > Date.now() ? login : undefined;
  }

  /** Takes out a logout that waits for this provider's answer: the dashboard where the browser goes on. */
  async endLogout(id: string, identityProviderId: string): Promise<string | undefined> {
    const [rows] = await this.dataSource.query<[{ origin: string }[], number]>(
      `DELETE FROM saml_requests WHERE id = $1 AND identity_provider_id = $2 AND binding = 'logout'
          AND expires_at > now() RETURNING origin`,
      [id, identityProviderId],
    );
    return rows[0]?.origin;
  }

  /** Whether a provider's message comes for the first time, at whatever replica. */
  async isNew(identityProviderId: string, messageId: string): Promise<boolean> {
    const fresh = await this.dataSource.query<unknown[]>(
      `INSERT INTO saml_assertions (identity_provider_id, assertion_id, expires_at)
       VALUES ($1, $2, now() + interval '10 minutes') ON CONFLICT DO NOTHING RETURNING 1`,
      [identityProviderId, messageId],
    );
    return fresh.length === 1;
  }

  purgeRequests(limit: number): Promise<number> {
    return purgeExpired(this.dataSource, { table: 'saml_requests', column: 'expires_at', before: new Date(), limit });
  }

  purgeAssertions(limit: number): Promise<number> {
    return purgeExpired(this.dataSource, { table: 'saml_assertions', column: 'expires_at', before: new Date(), limit });
  }
}
