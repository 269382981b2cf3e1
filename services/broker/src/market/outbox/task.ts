/**
 * guard: the order that made this lease is being carried out; whoever finds it overdue undoes the lease.
 * end: the lease is ending; ask the landlord, settle, close.
 * discard: the lease failed; whatever the landlord may have of it must go. Nothing is charged.
 * amend: an amended lease was sent to the landlord; find out whether it is in force.
 */
export type TaskKind = 'guard' | 'end' | 'discard' | 'amend';

export interface Task {
  readonly leaseId: string;
  readonly kind: TaskKind;
  readonly attempts: number;
}

/** An order in progress moves its guard ahead of it by this much, in seconds. */
export const GUARD_SECONDS = 20;
/** A task taken by a worker that died is taken again after this many seconds. */
export const TASK_LEASE_SECONDS = 30;

/** Seconds until the next attempt: 1, 2, 4 … 60. */
export function retryDelay(attempts: number): number {
  return Math.min(2 ** Math.min(attempts, 6), 60);
}
