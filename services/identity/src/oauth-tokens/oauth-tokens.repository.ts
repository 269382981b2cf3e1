import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { purgeExpired } from '../database/purge.js';
import { findPage } from '../database/paging.js';
import { Sealing } from '../sealing/sealing.js';
import type { Page, PageRequest } from '../wire/collection.js';
import { AccessTokenEntity } from './access-token.entity.js';
import type { AccessToken, RequestToken } from './oauth-token.js';
import { RequestTokenEntity } from './request-token.entity.js';

type Sealed<T> = Omit<T, 'secret'> & { sealedSecret: string };

/** Tokens, whose secrets are sealed in every row: both sides of a signature need them. */
@Injectable()
export class OAuthTokensRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sealing: Sealing,
  ) {}

  async insertRequest(token: RequestToken): Promise<void> {
    const row = await this.sealed(token);
    await this.dataSource.getRepository(RequestTokenEntity).insert({ ...row, roleIds: [...row.roleIds] });
  }

  async findRequest(id: string): Promise<RequestToken | undefined> {
    const row = await this.dataSource.getRepository(RequestTokenEntity).findOneBy({ id });
    return row ? this.opened(row) : undefined;
  }

  async authorize(id: string, by: { userId: string; roleIds: string[]; verifierSha256: string }): Promise<void> {
    await this.dataSource.getRepository(RequestTokenEntity).update({ id }, by);
  }

  /** The access token in place of the request token; false when another took that first. */
  async exchange(requestId: string, token: AccessToken): Promise<boolean> {
    const row = await this.sealed(token);
    return this.dataSource.transaction(async (tx) => {
      const { affected } = await tx.getRepository(RequestTokenEntity).delete({ id: requestId });
      if (affected !== 1) return false;
      await tx.getRepository(AccessTokenEntity).insert({ ...row, roleIds: [...row.roleIds] });
      return true;
    });
  }

  async findAccess(id: string): Promise<AccessToken | undefined> {
    const row = await this.dataSource.getRepository(AccessTokenEntity).findOneBy({ id });
    return row ? this.opened(row) : undefined;
  }

  async listAccess(userId: string, page: PageRequest): Promise<Page<AccessToken>> {
    const { items, next } = await findPage(this.dataSource.getRepository(AccessTokenEntity), { userId }, page);
    return { items: await Promise.all(items.map((row) => this.opened<AccessToken>(row))), next };
  }

  async deleteAccess(tx: EntityManager, id: string): Promise<void> {
    await tx.getRepository(AccessTokenEntity).delete({ id });
  }

  /** False when it was there already. */
  async useNonce(sha256: string, expiresAt: Date): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      'INSERT INTO oauth_nonces (sha256, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1',
      [sha256, expiresAt],
    );
    return rows.length > 0;
  }

  async purge(limit: number): Promise<number> {
    const before = new Date();
    const counts = await Promise.all(
      ['oauth_nonces', 'oauth_request_tokens', 'oauth_access_tokens'].map((table) =>
        purgeExpired(this.dataSource, { table, column: 'expires_at', before, limit }),
      ),
    );
    return Math.max(...counts);
  }

  private async sealed<T extends { id: string; secret: string }>({ secret, ...token }: T): Promise<Sealed<T>> {
    return { ...token, sealedSecret: await this.sealing.seal(secret, token.id) };
  }

  private async opened<T extends { id: string; secret: string }>({ sealedSecret, ...row }: Sealed<T>): Promise<T> {
    return { ...row, secret: await this.sealing.open(sealedSecret, row.id) } as unknown as T;
  }
}
