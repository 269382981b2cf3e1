import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { DataSource } from 'typeorm';
import { purgeExpired } from '../database/purge.js';
import { MintedTokenEntity } from './minted-token.entity.js';

export interface MintedToken {
  readonly token: string;
  readonly jti: string;
  readonly clientId: string;
  readonly audience: string;
  readonly subject: string;
  readonly projectId: string | null;
  readonly leaseId: string | null;
  readonly actions: readonly string[];
  /** Seconds since the epoch. */
  readonly iat: number;
  readonly exp: number;
}

@Injectable()
export class MintedTokensRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Logs the hash before the token leaves: a token that is not in the log was not minted here. */
  async log(minted: MintedToken): Promise<void> {
    const { token, iat, exp, actions, ...row } = minted;
    await this.dataSource.getRepository(MintedTokenEntity).insert({
      ...row,
      actions: [...actions],
      sha256: createHash('sha256').update(token).digest('hex'),
      issuedAt: new Date(iat * 1000),
      expiresAt: new Date(exp * 1000),
    });
  }

  /** Forgets tokens that expired before then. */
  purge(before: Date, limit: number): Promise<number> {
    return purgeExpired(this.dataSource, { table: 'minted_tokens', column: 'expires_at', before, limit });
  }
}
