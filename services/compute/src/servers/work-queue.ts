/**
 * Background work with a bound on how much runs at once, and one piece at a time for each key: a server's delete waits
 * for its own create, never for another server's.
 */
export class WorkQueue {
  private readonly waiting: (() => void)[] = [];
  private readonly tails = new Map<string, Promise<unknown>>();
  private running = 0;

  constructor(private readonly concurrency: number) {}

  /** Runs `work` after what was queued for `key` before, whether that succeeded or not. Urgent work is next in line. */
  run<T>(key: string, work: () => Promise<T>, options: { urgent?: boolean } = {}): Promise<T> {
    const before = this.tails.get(key) ?? Promise.resolve();
    const result = before.catch(() => undefined).then(() => this.slot(work, options.urgent === true));
    const tail = result
      .catch(() => undefined)
      .finally(() => {
        if (this.tails.get(key) === tail) this.tails.delete(key);
      });
    this.tails.set(key, tail);
    return result;
  }

  isBusy(key: string): boolean {
    return this.tails.has(key);
  }

  /** Resolves when nothing is queued or running any more. */
  async idle(): Promise<void> {
    while (this.tails.size > 0) await Promise.allSettled(this.tails.values());
  }

  private async slot<T>(work: () => Promise<T>, urgent: boolean): Promise<T> {
    if (this.running < this.concurrency) this.running += 1;
    else {
      await new Promise<void>((resolve) => {
        if (urgent) this.waiting.unshift(resolve);
        else this.waiting.push(resolve);
      });
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}
