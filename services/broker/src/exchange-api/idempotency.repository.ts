import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Conflict, UnprocessableInput } from '@ocx/service-kit/errors';

interface Row {
  request_sha256: string;
  answer: unknown;
  done: boolean;
}

/** A request that its process never finished may be tried again after this long. */
const ABANDONED_SECONDS = 60;

@Injectable()
export class IdempotencyRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Claims the key for this request, or gives the answer that it had. Throws `UnprocessableInput` when the key was used
   * for another request, `Conflict` while the first one still runs.
   */
  async begin(scope: string, key: string, requestSha256: string): Promise<{ answer: unknown } | undefined> {
    await this.dataSource.query(`DELETE FROM idempotency_keys WHERE created_at < now() - interval '1 day'`);
    const claimed: unknown[] = await this.dataSource.query(
      `INSERT INTO idempotency_keys AS known (scope, key, request_sha256) VALUES ($1, $2, $3)
       ON CONFLICT (scope, key) DO UPDATE SET created_at = now()
       WHERE known.answer IS NULL AND known.request_sha256 = excluded.request_sha256
         AND known.created_at < now() - make_interval(secs => $4)
       RETURNING scope`,
      [scope, key, requestSha256, ABANDONED_SECONDS],
    );
    if (claimed.length > 0) return undefined;
    const rows: Row[] = await this.dataSource.query(
      `SELECT request_sha256, answer, answer IS NOT NULL AS done FROM idempotency_keys WHERE scope = $1 AND key = $2`,
      [scope, key],
    );
    const known = rows[0];
    if (known && known.request_sha256 !== requestSha256) {
      throw new UnprocessableInput('This Idempotency-Key was used for another request.', { reason: 'key_reused' });
    }
    if (!known?.done) throw new Conflict('The first request under this key still runs.', { reason: 'in_progress' });
    return { answer: known.answer };
  }

  async finish(scope: string, key: string, answer: unknown): Promise<void> {
    await this.dataSource.query(`UPDATE idempotency_keys SET answer = $3 WHERE scope = $1 AND key = $2`, [
      scope,
      key,
      JSON.stringify(answer ?? {}),
    ]);
  }

  /** The request failed and changed nothing: the key may be used again. */
  async forget(scope: string, key: string): Promise<void> {
    await this.dataSource.query(`DELETE FROM idempotency_keys WHERE scope = $1 AND key = $2 AND answer IS NULL`, [
      scope,
      key,
    ]);
  }
}
