import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { endProcess, identityOf, writePidFile } from './pid-files.js';
import type { StateDirectory } from './state-directory.js';

export interface ProcessPlan {
  /** Names its log and its pid file. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The signal it ends cleanly on, SIGTERM if not given. */
  readonly stopSignal?: NodeJS.Signals;
  /** How long it may take to end, in milliseconds. */
  readonly stopPatienceMs: number;
}

/** The last lines of a log, for a message that says why something did not start. */
async function tailOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-12).join('\n');
}

/**
 * A child that writes a log and leaves a pid file. It runs in a session of its own: a Ctrl-C at the terminal goes to
 * the supervisor alone, which then ends its children in order.
 */
export class ManagedProcess {
  readonly exited: Promise<void>;
  private stopping = false;
  private status: string | undefined;

  private constructor(
    private readonly directory: StateDirectory,
    private readonly plan: ProcessPlan,
    private readonly child: ChildProcess,
  ) {
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => {
        this.status = error.message;
        resolve();
      });
      child.once('exit', (code, signal) => {
        this.status = signal === null ? `code ${String(code)}` : `signal ${signal}`;
        resolve();
      });
    });
  }

  static async start(directory: StateDirectory, plan: ProcessPlan): Promise<ManagedProcess> {
    const log = await open(directory.logOf(plan.name), 'a', 0o600);
    try {
      const child = spawn(plan.command, plan.args, {
        cwd: '/',
        detached: true,
        env: plan.env,
        stdio: ['ignore', log.fd, log.fd],
      });
      const managed = new ManagedProcess(directory, plan, child);
      if (child.pid !== undefined) await writePidFile(managed.pidFile, child.pid);
      return managed;
    } finally {
      await log.close();
    }
  }

  get name(): string {
    return this.plan.name;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  private get pidFile(): string {
    return this.directory.at('run', `${this.plan.name}.pid`);
  }

  /** Waits until `probe` says yes; an end of the process before that is an error that shows its last words. */
  async ready(probe: () => Promise<boolean>, deadlineMs: number): Promise<void> {
    const deadline = Date.now() + deadlineMs;
    for (;;) {
      if (this.status !== undefined) throw await this.failure(`ended at once (${this.status})`);
      if (await probe().catch(() => false)) return;
      if (Date.now() > deadline) throw await this.failure(`did not answer within ${String(deadlineMs / 1000)} s`);
      await delay(20);
    }
  }

  /** Calls back if the process ends although nobody asked it to. */
  onUnexpectedEnd(callback: (message: string) => void): void {
    void this.exited.then(() => {
      if (!this.stopping)
        callback(`${this.name} ended (${this.status ?? 'unknown'}); see ${this.directory.logOf(this.name)}`);
    });
  }

  async stop(): Promise<void> {
    this.stopping = true;
    const identity = this.child.pid === undefined ? undefined : identityOf(this.child.pid);
    if (identity && this.status === undefined) {
      await endProcess(identity, this.plan.stopPatienceMs, this.plan.stopSignal);
    }
    await this.exited;
    await rm(this.pidFile, { force: true });
  }

  /** At once and without care: the second Ctrl-C, or a test that plays a crash. */
  kill(): void {
    this.stopping = true;
    try {
      if (this.child.pid !== undefined) process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }

  /** Nothing that did not start is left running. */
  private async failure(what: string): Promise<Error> {
    await this.stop();
    const log = this.directory.logOf(this.name);
    return new Error(`${this.name} ${what}. The end of ${log}:\n${await tailOf(log)}`);
  }
}
