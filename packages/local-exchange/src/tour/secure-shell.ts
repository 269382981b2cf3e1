import { execFile } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CONNECT_SECONDS = 5;
/** A server is ACTIVE when it runs; its SSH server needs a moment more. */
const PATIENCE_MS = 20_000;
const COMMAND_DEADLINE_MS = 60_000;
/** OpenSSH's own code for "the connection failed", as opposed to the command's. */
const CONNECTION_FAILED = 255;

interface Failure {
  readonly code?: number;
  readonly stderr?: string;
}

/** The tenant's key pair and the system's `ssh`. */
export class SecureShell {
  private constructor(
    private readonly keyFile: string,
    readonly publicKey: string,
  ) {}

  /** A fresh key pair in `directory`. */
  static async create(directory: string): Promise<SecureShell> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const keyFile = path.join(directory, 'id_ed25519');
    await Promise.all([keyFile, `${keyFile}.pub`].map((file) => rm(file, { force: true })));
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'researcher', '-f', keyFile]);
    return new SecureShell(keyFile, (await readFile(`${keyFile}.pub`, 'utf8')).trim());
  }

  /** What a command on the server wrote. Waits for the server's SSH to come up. */
  async run(address: string, command: string): Promise<string> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        const { stdout } = await run('ssh', this.arguments(address, command), { timeout: COMMAND_DEADLINE_MS });
        return stdout.trim();
      } catch (error) {
        const { code, stderr = '' } = error as Failure;
        const reason = stderr.trim().split('\n').at(-1) ?? '';
        if (code !== CONNECTION_FAILED)
          throw new Error(`"${command}" on ${address} failed: ${reason}`, { cause: error });
        if (Date.now() > deadline) throw new Error(`ssh root@${address} failed: ${reason}`, { cause: error });
        await delay(100);
      }
    }
  }

  private arguments(address: string, command: string): string[] {
    const options = {
      // A rented server is new each time, and its address was used before.
      StrictHostKeyChecking: 'no',
      UserKnownHostsFile: '/dev/null',
      LogLevel: 'ERROR',
      BatchMode: 'yes',
      IdentitiesOnly: 'yes',
      ConnectTimeout: String(CONNECT_SECONDS),
    };
    const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    return ['-F', '/dev/null', '-i', this.keyFile, ...flags, `root@${address}`, command];
  }
}
