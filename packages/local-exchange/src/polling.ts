import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 100;

/** Asks until the answer is what was waited for; says at the end what it was instead. */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  wanted: (answer: T) => boolean,
  deadlineMs: number,
  describe: (answer: T) => string = (answer) => JSON.stringify(answer).slice(0, 300),
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > deadline) {
      throw new Error(`${what}: not so within ${String(deadlineMs / 1000)} s, but: ${describe(answer)}`);
    }
    await delay(PAUSE_MS);
  }
}

/** Waits for all, then throws the first failure: nothing goes on in the background while the failure is dealt with. */
export async function together(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}
