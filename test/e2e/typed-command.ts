import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, vi } from 'vitest';

/** Set-up included, which builds first where sources have changed. */
const SAID_WITHIN_MS = 240_000;

/** A command as a person types it, in a process group of its own as a terminal makes one. */
export class TypedCommand {
  output = '';
  /** Its exit code, or null if a signal ended it. */
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(words: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }) {
    const [program = '', ...args] = words;
    this.child = spawn(program, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
  }

  async says(words: string): Promise<void> {
    let ended = false;
    void this.ended.then(() => (ended = true));
    const look = () => {
      if (!ended && !this.output.includes(words)) throw new Error(`It does not say "${words}":\n${this.output}`);
    };
    await vi.waitFor(look, { timeout: SAID_WITHIN_MS, interval: 100 });
    expect(this.output).toContain(words);
  }

  /** Ends it if it runs. */
  async end(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.ended;
  }

  /** To the command alone, or to everybody at its terminal. */
  signal(name: NodeJS.Signals, whom: 'command' | 'terminal'): void {
    const pid = this.child.pid ?? 0;
    process.kill(whom === 'command' ? pid : -pid, name);
  }
}
