import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { GUARD_SECONDS, TASK_LEASE_SECONDS, retryDelay, type Task, type TaskKind } from './task.js';

interface TaskRow {
  lease_id: string;
  kind: TaskKind;
  attempts: number;
}

@Injectable()
export class TasksRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Writes the task within the transaction that makes it necessary. */
  async add(manager: EntityManager, leaseId: string, kind: TaskKind, delaySeconds = 0): Promise<void> {
    await manager.query(
      `INSERT INTO outbox_tasks (lease_id, kind, run_at) VALUES ($1, $2, now() + make_interval(secs => $3))
       ON CONFLICT (lease_id, kind) DO UPDATE SET run_at = least(outbox_tasks.run_at, excluded.run_at)`,
      [leaseId, kind, delaySeconds],
    );
  }

  async remove(leaseId: string, kind: TaskKind, manager: EntityManager = this.dataSource.manager): Promise<void> {
    await manager.query(`DELETE FROM outbox_tasks WHERE lease_id = $1 AND kind = $2`, [leaseId, kind]);
  }

  /** The order is still being carried out by a live process. */
  async postponeGuard(leaseId: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE outbox_tasks SET run_at = now() + make_interval(secs => $2) WHERE lease_id = $1 AND kind = 'guard'`,
      [leaseId, GUARD_SECONDS],
    );
  }

  /** Takes up to `limit` due tasks for this worker; another takes them again if this one dies. */
  async take(limit: number): Promise<Task[]> {
    const [rows]: [TaskRow[], number] = await this.dataSource.query(
      `UPDATE outbox_tasks SET run_at = now() + make_interval(secs => $2), attempts = attempts + 1
       WHERE (lease_id, kind) IN (
         SELECT lease_id, kind FROM outbox_tasks WHERE run_at <= now() ORDER BY run_at LIMIT $1 FOR UPDATE SKIP LOCKED
       ) RETURNING lease_id, kind, attempts`,
      [limit, TASK_LEASE_SECONDS],
    );
    return rows.map((row) => ({ leaseId: row.lease_id, kind: row.kind, attempts: row.attempts }));
  }

  async retryLater(task: Task): Promise<void> {
    await this.dataSource.query(
      `UPDATE outbox_tasks SET run_at = now() + make_interval(secs => $3) WHERE lease_id = $1 AND kind = $2`,
      [task.leaseId, task.kind, retryDelay(task.attempts)],
    );
  }
}
