import { hashSync, verifySync } from '@node-rs/argon2';
import type { HashTask } from './hash-task.js';

/** One computation, on a thread of its own. */
export default function compute(task: HashTask): string | boolean {
  return task.kind === 'hash' ? hashSync(task.secret, task.cost) : verifySync(task.stored, task.secret);
}
