import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** When an account is locked: after so many failures, for so many seconds since the last one. */
export interface Lockout {
  readonly attempts: number;
  readonly seconds: number;
}

const LOCKED = `(failed_count >= $2 AND failed_at > now() - make_interval(secs => $3))`;

/** Counts in the database, by its clock, so that any number of replicas count together. */
@Injectable()
export class UserLoginsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** An unknown user asks as much of the database as a known one. */
  async isLocked(userId: string, { attempts, seconds }: Lockout): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(`SELECT 1 FROM user_logins WHERE user_id = $1 AND ${LOCKED}`, [
      userId,
      attempts,
      seconds,
    ]);
    return rows.length > 0;
  }

  /** A failure while the account is locked counts for nothing: the lock ends when it was to end. */
  async fail(userId: string, { attempts, seconds }: Lockout): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO user_logins AS l (user_id, failed_count, failed_at, last_active_on)
         SELECT id, 1, now(), CURRENT_DATE FROM users WHERE id = $1
       ON CONFLICT (user_id) DO UPDATE SET failed_at = now(),
         failed_count = CASE WHEN l.failed_count >= $2 THEN 1 ELSE l.failed_count + 1 END
       WHERE NOT (l.failed_count >= $2 AND l.failed_at > now() - make_interval(secs => $3))`,
      [userId, attempts, seconds],
    );
  }

  async forgetFailures(userId: string): Promise<void> {
    await this.dataSource.query(
      'UPDATE user_logins SET failed_count = 0, failed_at = NULL WHERE user_id = $1 AND failed_count > 0',
      [userId],
    );
  }

  /** The user is there today; false when they were away for longer than these days. One write a day. */
  async appear(userId: string, days: number): Promise<boolean> {
    const rows = await this.dataSource.query<{ away: boolean }[]>(
      'SELECT last_active_on < CURRENT_DATE - $2::int AS away FROM user_logins WHERE user_id = $1',
      [userId, days],
    );
    if (rows[0]?.away === true) return false;
    await this.dataSource.query(
      `INSERT INTO user_logins (user_id, last_active_on) VALUES ($1, CURRENT_DATE)
       ON CONFLICT (user_id) DO UPDATE SET last_active_on = CURRENT_DATE
       WHERE user_logins.last_active_on < CURRENT_DATE`,
      [userId],
    );
    return true;
  }

  /** Disables users who were away for longer than these days; returns their ids. */
  async disableAbsent(tx: EntityManager, days: number, limit: number): Promise<string[]> {
    const [rows] = await tx.query<[{ id: string }[], number]>(
      `UPDATE users SET enabled = false WHERE id IN (
         SELECT u.id FROM users u JOIN user_logins l ON l.user_id = u.id
          WHERE u.enabled AND l.last_active_on < CURRENT_DATE - $1::int
          ORDER BY u.id LIMIT $2 FOR UPDATE OF u SKIP LOCKED)
       RETURNING id`,
      [days, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Takes the passcode of this time step; false when it, or a later one, was taken before. */
  async takePasscode(userId: string, step: number): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `INSERT INTO user_logins (user_id, passcode_step, last_active_on) VALUES ($1, $2, CURRENT_DATE)
       ON CONFLICT (user_id) DO UPDATE SET passcode_step = excluded.passcode_step
       WHERE coalesce(user_logins.passcode_step, -1) < excluded.passcode_step
       RETURNING 1`,
      [userId, step],
    );
    return rows.length > 0;
  }
}
