import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { PasswordHistoryEntity } from './password-history.entity.js';

@Injectable()
export class PasswordHistoryRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Hashes of the newest passwords that were replaced. */
  async newest(userId: string, count: number): Promise<string[]> {
    if (count < 1) return [];
    const rows = await this.dataSource
      .getRepository(PasswordHistoryEntity)
      .find({ where: { userId }, order: { id: 'DESC' }, take: count });
    return rows.map((row) => row.passwordHash);
  }

  /** Adds one that was replaced, and forgets all but the newest. */
  async add(tx: EntityManager, userId: string, passwordHash: string, keep: number): Promise<void> {
    await tx.query('INSERT INTO password_history (user_id, password_hash) VALUES ($1, $2)', [userId, passwordHash]);
    await tx.query(
      `DELETE FROM password_history WHERE user_id = $1 AND id NOT IN (
         SELECT id FROM password_history WHERE user_id = $1 ORDER BY id DESC LIMIT $2)`,
      [userId, keep],
    );
  }
}
