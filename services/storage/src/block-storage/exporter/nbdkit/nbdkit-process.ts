import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import type { Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { BackendUnavailable, Conflict } from '@ocx/service-kit/errors';
import type { VolumeExport } from '../volume-exporter.js';
import type { ExportFiles } from './export-files.js';

const START_DEADLINE_MS = 10_000;
const STOP_DEADLINE_MS = 10_000;
const POLL_MS = 10;
const LOCKED = 75;

// The exec chain keeps one process id, which is the one LISTEN_PID has to name.
const HAND_OVER = 'exec env LISTEN_FDS=1 LISTEN_PID=$$ "$@"';

/** What tells an export's process from every other, also after process ids have gone round. */
const mark = (id: string): string => `exportname=${id}`;

/** Node has no public way to a listening socket's descriptor, which is what nbdkit inherits as its 3. */
function descriptorOf(socket: Server): number {
  const fd = (socket as unknown as { _handle?: { fd?: number } })._handle?.fd;
  if (fd === undefined || fd < 0) throw new BackendUnavailable('The export has no socket.', { reason: 'nbdkit' });
  return fd;
}

async function isExport(pid: number, id: string): Promise<boolean> {
  try {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    return words.includes(mark(id));
  } catch {
    return false;
  }
}

/** nbdkit processes: started in sessions of their own, found again by pid file, or by their arguments. */
export class NbdkitProcess {
  constructor(private readonly files: ExportFiles) {}

  /** Returns when it serves on the socket it was handed. */
  async start(volume: VolumeExport, socket: Server): Promise<void> {
    await this.files.removePid(volume.id);
    const log = openSync(this.files.logFile(volume.id), 'w', 0o600);
    try {
      const [program, ...args] = this.command(volume);
      const child = spawn('sh', ['-c', HAND_OVER, 'sh', program, ...args], {
        detached: true,
        cwd: '/',
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
        stdio: ['ignore', 'ignore', log, descriptorOf(socket)],
      });
      const failed = once(child, 'error').then(([error]) => {
        throw new BackendUnavailable('Volumes cannot be exported.', { reason: 'nbdkit', cause: error });
      });
      child.unref();
      await Promise.race([failed, this.waitUntilServing(volume.id, () => child.exitCode)]);
    } finally {
      closeSync(log);
    }
  }

  async find(id: string): Promise<number | undefined> {
    const pid = await this.files.pid(id);
    if (pid !== undefined && (await isExport(pid, id))) return pid;
    // Crashed before the pid file was written.
    for (const name of await readdir('/proc')) {
      if (/^[1-9]\d*$/.test(name) && (await isExport(Number(name), id))) return Number(name);
    }
    return undefined;
  }

  /** Whether the process of the pid file lives; one small read. */
  async isServed(id: string): Promise<boolean> {
    const pid = await this.files.pid(id);
    return pid !== undefined && (await isExport(pid, id));
  }

  /** SIGKILL: on SIGTERM it would stay as long as a client is connected, and answer it with errors. */
  async kill(id: string): Promise<void> {
    for (let waited = 0; waited < STOP_DEADLINE_MS; waited += POLL_MS) {
      const pid = await this.find(id);
      if (pid === undefined) return;
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
      await delay(POLL_MS);
    }
    throw new BackendUnavailable('An export does not end.', { reason: 'nbdkit' });
  }

  private command({ id, path, readOnly }: VolumeExport): [string, ...string[]] {
    const capabilities = process.getuid?.() === 0 ? ['--inh-caps=-all', '--bounding-set=-all'] : [];
    return [
      'setpriv',
      '--no-new-privs',
      ...capabilities,
      '--',
      // nbdkit takes no lock itself. The descriptor is inherited, so the lock ends with the process.
      'flock',
      '--nonblock',
      '--no-fork',
      readOnly ? '--shared' : '--exclusive',
      '--conflict-exit-code',
      String(LOCKED),
      path,
      'nbdkit',
      '--foreground',
      '--pidfile',
      this.files.pidFile(id),
      ...(readOnly ? ['--readonly'] : []),
      '--threads',
      '4',
      '--tls=require',
      `--tls-psk=${this.files.keyFile(id)}`,
      '--filter=limit',
      '--filter=exportname',
      'file',
      path,
      'limit=1',
      'exportname-strict=true',
      mark(id),
    ];
  }

  private async waitUntilServing(id: string, exitCode: () => number | null): Promise<void> {
    for (let waited = 0; waited < START_DEADLINE_MS; waited += POLL_MS) {
      if (await this.isServed(id)) return;
      const code = exitCode();
      if (code === LOCKED) {
        throw new Conflict('The volume is exported to another attachment.', { reason: 'volume_in_use' });
      }
      if (code !== null) {
        throw new BackendUnavailable(`nbdkit ended with code ${code}.`, { reason: 'nbdkit' });
      }
      await delay(POLL_MS);
    }
    await this.kill(id);
    throw new BackendUnavailable('nbdkit did not start in time.', { reason: 'nbdkit' });
  }
}
