import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendUnavailable } from '@ocx/service-kit/errors';
import { type HostCommand, type HostFile, type HostResult, MountHost } from '../mount-host.js';
import { BoundedText } from '../bounded-text.js';

// Nothing of this process's environment reaches a tool: it may hold the database's password.
const TOOL_ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/** Ends the command and what it started; a process that waits for a dead device cannot be waited for. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/** Runs commands on this host itself; this process must be root in the host's mount namespace. */
export class DirectMountHost extends MountHost {
  prepare(): Promise<void> {
    if (process.getuid?.() === 0) return Promise.resolve();
    return Promise.reject(
      new BackendUnavailable(
        'Attaching volumes needs root. Run as root, or name the image of a helper container in OCX_MOUNT_HELPER.',
        { reason: 'not_root' },
      ),
    );
  }

  // Calls of this process, no commands: they are on the way of every server that is created.
  async makeDirectory(path: string): Promise<void> {
    await mkdir(path, { recursive: true, mode: 0o755 });
  }

  async writeFiles(directory: string, files: readonly HostFile[]): Promise<void> {
    await this.makeDirectory(directory);
    await Promise.all(
      files.map(async ({ path, content, mode }) => {
        const target = join(directory, path);
        await writeFile(target, content, { mode });
        // Also of a file that was there, and whatever this process's umask is.
        await chmod(target, mode);
      }),
    );
  }

  run(command: HostCommand): Promise<HostResult> {
    const [program, ...args] = command.argv;
    return new Promise<HostResult>((resolve, reject) => {
      if (command.signal?.aborted) {
        reject(command.signal.reason as Error);
        return;
      }
      // A process group of its own, so that the deadline ends the whole command.
      const child = spawn(program, args, { env: TOOL_ENVIRONMENT, cwd: '/', detached: true });
      const stdout = new BoundedText();
      const stderr = new BoundedText();
      child.stdout.on('data', (chunk: Buffer) => {
        stdout.add(chunk);
      });
      child.stderr.on('data', (chunk: Buffer) => {
        stderr.add(chunk);
      });
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        command.signal?.removeEventListener('abort', onAbort);
        settle();
      };
      const fail = (error: Error) => {
        killGroup(child);
        finish(() => {
          reject(error);
        });
      };
      const onAbort = () => {
        fail(command.signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        fail(new BackendUnavailable(`${program} did not end in time.`, { reason: 'deadline' }));
      }, command.deadlineMs);
      command.signal?.addEventListener('abort', onAbort, { once: true });
      child.on('error', (cause) => {
        fail(new BackendUnavailable(`${program} cannot be started.`, { reason: 'tool_missing', cause }));
      });
      child.on('close', (code) => {
        finish(() => {
          resolve({ exitCode: code ?? 128, stdout: stdout.toString(), stderr: stderr.toString() });
        });
      });
      // A command that ends without reading its input is judged by its exit code.
      child.stdin.on('error', () => undefined);
      child.stdin.end(command.input ?? '');
    });
  }
}
