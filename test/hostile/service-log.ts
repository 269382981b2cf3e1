import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 3_000;

interface Line {
  readonly requestId?: string;
  readonly status?: number;
  readonly refusal?: string;
}

/** What a service wrote of the requests it answered. */
export class ServiceLog {
  private offset = 0;
  private reading: Promise<void> = Promise.resolve();
  private rest = '';
  private readonly answered = new Map<string, Line>();

  constructor(private readonly file: string) {}

  /** Why the request was refused, if it was for its token; waits until it stands in the log. */
  async refusalOf(requestId: string): Promise<string | undefined> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      // One after another: each goes on where the last one ended.
      this.reading = this.reading.then(() => this.read());
      await this.reading;
      const line = this.answered.get(requestId);
      if (line) return line.refusal;
      if (Date.now() > deadline) return undefined;
      await delay(10);
    }
  }

  private async read(): Promise<void> {
    const file = await open(this.file, 'r');
    try {
      const { size } = await file.stat();
      const { buffer, bytesRead } = await file.read(
        Buffer.alloc(size - this.offset),
        0,
        size - this.offset,
        this.offset,
      );
      this.offset += bytesRead;
      const lines = (this.rest + buffer.toString('utf8', 0, bytesRead)).split('\n');
      this.rest = lines.pop() ?? '';
      for (const line of lines) this.note(line);
    } finally {
      await file.close();
    }
  }

  private note(text: string): void {
    if (!text.startsWith('{')) return;
    const line = JSON.parse(text) as Line;
    if (line.requestId !== undefined && line.status !== undefined) this.answered.set(line.requestId, line);
  }
}
