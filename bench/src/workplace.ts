import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Where one measurement works: a directory of its own, and all that it started. */
export class Workplace {
  private readonly ends: (() => Promise<unknown>)[] = [];
  private closing: Promise<void> | undefined;

  private constructor(readonly directory: string) {}

  static async open(parent: string): Promise<Workplace> {
    return new Workplace(await mkdtemp(join(parent, '.ocx-bench-')));
  }

  /** `end` is called when the measurement is over, however it ends; the newest first. */
  onClose(end: () => Promise<unknown>): void {
    this.ends.push(end);
  }

  /** Ends everything and removes the directory. One thing that does not end keeps none of the others from it. */
  close(): Promise<void> {
    this.closing ??= this.endAll();
    return this.closing;
  }

  private async endAll(): Promise<void> {
    const problems: unknown[] = [];
    for (let end = this.ends.pop(); end !== undefined; end = this.ends.pop()) {
      await end().catch((error: unknown) => problems.push(error));
    }
    await rm(this.directory, { recursive: true, force: true });
    if (problems.length > 0) throw new AggregateError(problems, 'Something the bench started did not end.');
  }
}
