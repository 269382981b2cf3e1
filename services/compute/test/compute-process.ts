import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** The built service as a process of its own, so that it can be killed. */
export class ComputeProcess {
  private child: ChildProcess | undefined;

  constructor(private readonly env: Readonly<Record<string, string>>) {}

  /** Returns when the service answers. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [MAIN], {
      env: { PATH: process.env['PATH'] ?? '', ...this.env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.child = child;
    await vi.waitFor(
      async () => {
        if (child.exitCode !== null) throw new Error('The service ended.');
        const { status } = await fetch(`${this.env['OCX_PUBLIC_URL']}/healthcheck`);
        if (status !== 200) throw new Error(`The service answers ${status}.`);
      },
      { timeout: 60_000, interval: 50 },
    );
  }

  async kill(): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}
