import { expect, TestRunner } from 'vitest';

/** What an attack met. `reason` is everything that was said of it: to the attacker, and to the log. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
}

export interface Attempt {
  readonly kind: string;
  readonly name: string;
  refused: boolean;
}

declare module 'vitest' {
  interface TaskMeta {
    attempts?: Attempt[];
  }
}

/**
 * Carries out one attack within a test: it must be refused with one of these statuses and for this reason, not for any
 * other. Counted under `kind` in the report at the end of the run, also when it was not refused.
 */
export async function attempt(
  kind: string,
  name: string,
  attack: () => Promise<Refusal>,
  expected: { readonly status: number | readonly number[]; readonly reason: RegExp },
): Promise<void> {
  const recorded = begin(kind, name);
  const { status, reason } = await attack();
  expect([expected.status].flat(), `${name}: ${String(status)} ${reason}`).toContain(status);
  expect(reason, name).toMatch(expected.reason);
  recorded.refused = true;
}

/** The same for an attack that is refused in silence: `holds` throws unless it came to nothing. */
export async function attemptInVain(kind: string, name: string, holds: () => Promise<void>): Promise<void> {
  const recorded = begin(kind, name);
  await holds();
  recorded.refused = true;
}

function begin(kind: string, name: string): Attempt {
  const test = TestRunner.getCurrentTest();
  if (!test) throw new Error('An attack is carried out within a test.');
  const recorded: Attempt = { kind, name, refused: false };
  (test.meta.attempts ??= []).push(recorded);
  return recorded;
}
