import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CLONE } from '@ocx/local-exchange/layout';
import { freePort } from './free-port.js';
import type { Workplace } from './workplace.js';

export type Kind = 'identity' | 'broker' | 'compute' | 'storage';

export interface RunningService {
  readonly pid: number;
  readonly url: string;
  /** Milliseconds from spawn to the first answer. */
  readonly startedIn: number;
  stop(): Promise<void>;
  /** Ends it without care (kill -9), and starts it again at the same address. */
  readonly crash: () => Promise<void>;
}

const PATIENCE_MS = 60_000;
const ASK_EVERY_MS = 5;

/** Spawns one built service and waits for its first answer. A second start of a kind finds the data of the first. */
export async function startService(
  workplace: Workplace,
  kind: Kind,
  env: Record<string, string>,
): Promise<RunningService> {
  const directory = join(workplace.directory, kind);
  await mkdir(directory, { recursive: true });
  return spawnService(workplace, kind, directory, env, await freePort());
}

async function spawnService(
  workplace: Workplace,
  kind: Kind,
  directory: string,
  env: Record<string, string>,
  port: number,
): Promise<RunningService> {
  const url = `http://127.0.0.1:${port}`;
  const logFile = join(directory, 'log');
  const log = await open(logFile, 'a');
  const started = performance.now();
  const child = spawn(process.execPath, [join(CLONE, 'services', kind, 'bundle', 'main.js')], {
    stdio: ['ignore', log.fd, log.fd],
    // A Ctrl-C at the terminal is the bench's alone, which ends its services itself.
    detached: true,
    env: {
      PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
      NODE_ENV: 'production',
      OCX_PORT: String(port),
      OCX_PUBLIC_URL: url,
      OCX_DATA_DIR: join(directory, 'data'),
      OCX_LOG_LEVEL: 'warn',
      ...env,
    },
  });
  workplace.onClose(() => end(child));
  await log.close();
  const { pid } = child;
  if (pid === undefined) throw new Error(`${kind} could not be spawned.`);
  await firstAnswer(child, url, async (what) => new Error(`${kind} ${what}:\n${await readFile(logFile, 'utf8')}`));
  let successor: RunningService | undefined;
  const crash = async () => {
    if (successor) {
      await successor.crash();
      return;
    }
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    successor = await spawnService(workplace, kind, directory, env, port);
  };
  return { pid, url, startedIn: performance.now() - started, stop: () => end(child), crash };
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function firstAnswer(child: ChildProcess, url: string, failure: (what: string) => Promise<Error>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await fetch(`${url}/healthcheck`).catch(() => undefined);
    if (answer?.ok === true) return;
    if (hasEnded(child)) throw await failure('ended at once');
    if (Date.now() > deadline) throw await failure('gave no answer within a minute');
    await delay(ASK_EVERY_MS);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
