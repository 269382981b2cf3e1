/** From `at` (a whole second) on, `amount` is in use. */
export interface Step {
  readonly at: Date;
  readonly amount: number;
}

/** The whole second that `at` lies in: what is metered begins and ends at whole seconds. */
export function wholeSecond(at: Date): Date {
  return new Date(Math.floor(at.getTime() / 1000) * 1000);
}

/**
 * The integral of a lease's step function between two whole seconds, in amount times seconds. `steps` are in the order of
 * time; before the first one nothing is in use. Exact, and additive: the sum over adjoining spans is that of the whole.
 */
export function integral(steps: readonly Step[], from: Date, to: Date): bigint {
  let total = 0n;
  steps.forEach(({ at, amount }, index) => {
    const begins = Math.max(at.getTime(), from.getTime());
    const ends = Math.min(steps[index + 1]?.at.getTime() ?? to.getTime(), to.getTime());
    if (ends > begins) total += BigInt(amount) * BigInt((ends - begins) / 1000);
  });
  return total;
}
