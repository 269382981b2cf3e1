import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Openrc } from '@ocx/local-exchange/openrc';

const run = promisify(execFile);

/** Debian's Python clients are run by Debian's Python: another `python3` first in PATH does not see them. */
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Nothing of the user's own configuration, and no cache of an earlier run. */
const HOME = mkdtempSync(join(tmpdir(), 'ocx-client-home-'));
process.once('exit', () => {
  rmSync(HOME, { recursive: true, force: true });
});
const DEADLINE_MS = 110_000;

interface Failure {
  readonly code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** The stock client failed: its exit code and its own words. */
export class ClientFailed extends Error {
  constructor(
    command: string,
    readonly exitCode: number | undefined,
    readonly output: string,
  ) {
    super(`${command} failed (${exitCode ?? 'no exit code'}): ${output.slice(-2000)}`);
  }
}

/** A stock OpenStack client with the variables of one openrc, and nothing else of this process's environment. */
export class StockClient {
  constructor(
    private readonly openrc: Openrc,
    private readonly extra: Readonly<Record<string, string>> = {},
  ) {}

  /** Runs a command and gives what it printed. */
  async run(command: string, ...args: string[]): Promise<string> {
    try {
      const { stdout } = await run(command, args, {
        env: { PATH: SYSTEM_PATH, HOME, LC_ALL: 'C.UTF-8', ...this.openrc, ...this.extra },
        timeout: DEADLINE_MS,
        maxBuffer: 64 * 1024 * 1024,
      });
      return stdout;
    } catch (error) {
      const { code, stdout = '', stderr = '' } = error as Failure;
      throw new ClientFailed([command, ...args].join(' '), code, `${stdout}${stderr}`);
    }
  }

  /** `openstack … -f json`, parsed. */
  async json<T = Record<string, unknown>>(...args: string[]): Promise<T> {
    return JSON.parse(await this.run('openstack', ...args, '-f', 'json')) as T;
  }

  openstack(...args: string[]): Promise<string> {
    return this.run('openstack', ...args);
  }
}
