import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { CLONE } from '@ocx/local-exchange/layout';
import { freePort } from './free-port.js';

export interface RunningService {
  readonly pid: number;
  readonly url: string;
  /** Milliseconds from spawn to the first answer. */
  readonly startedIn: number;
  stop(): Promise<void>;
}

/** Spawns one built service and waits for its first answer, asking every 5 ms. */
export async function startService(
  kind: 'identity' | 'broker' | 'compute' | 'storage',
  directory: string,
  env: Record<string, string>,
): Promise<RunningService> {
  await mkdir(directory, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = await open(join(directory, 'log'), 'w');
  const started = performance.now();
  const child = spawn(process.execPath, [join(CLONE, 'services', kind, 'dist', 'main.js')], {
    stdio: ['ignore', log.fd, log.fd],
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
  await log.close();
  const { pid } = child;
  if (pid === undefined) throw new Error(`${kind} could not be spawned.`);
  await firstAnswer(child, url, kind);
  return { pid, url, startedIn: performance.now() - started, stop: () => end(child) };
}

async function firstAnswer(child: ChildProcess, url: string, kind: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answer = await fetch(`${url}/healthcheck`).catch(() => undefined);
    if (answer?.ok === true) return;
    if (child.exitCode !== null) throw new Error(`${kind} ended with exit code ${child.exitCode}.`);
    if (Date.now() > deadline) throw new Error(`${kind} gave no answer within a minute.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
