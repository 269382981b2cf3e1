/** Work that is done again and again in the background, one round after the other, until it is stopped. */
export class Rounds {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private stopped = false;

  /** @param work one round: never rejects, and ends early when {@link isStopped} */
  constructor(
    private readonly everyMs: number,
    private readonly work: () => Promise<void>,
  ) {}

  get isStopped(): boolean {
    return this.stopped;
  }

  /** The first round comes after the first pause. */
  start(): void {
    this.timer = setTimeout(() => {
      this.round = this.work().finally(() => {
        if (!this.stopped) this.start();
      });
    }, this.everyMs);
    this.timer.unref();
  }

  /** Resolves when the round that is under way has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.round;
  }
}
