import { setTimeout as delay } from 'node:timers/promises';
import { BackendUnavailable } from '@ocx/service-kit/errors';
import type { AttachmentMode } from '@ocx/openstack-api/exchange/tokens';
import type { ExportTarget } from '../volume-connector.js';
import { lastLine } from '../mount-host/bounded-text.js';
import type { HostTools, ToolOptions } from '../mount-host/host-tools.js';

/** Seconds that reads and writes wait for a storage landlord that went away, before they fail. */
export const RECONNECT_SECONDS = 30;

const START_DEADLINE_MS = 30_000;
const STOP_POLLS = 50;
const POLL_MS = 100;

export interface DaemonPlace {
  /** Absolute directory holding `keys.psk`; also what tells this daemon from every other. */
  readonly keyDirectory: string;
  /** The file over which the volume appears; it must exist. */
  readonly file: string;
}

/**
 * One qemu-storage-daemon per attachment: NBD client with TLS-PSK on one side, a FUSE file on the other. It daemonizes
 * itself, so it outlives this process, and is found again by its key directory, which no other process names.
 */
export class StorageDaemon {
  constructor(private readonly tools: HostTools) {}

  /** Returns when the file shows the volume. Throws BackendUnavailable with the daemon's reason. */
  async start(place: DaemonPlace, target: ExportTarget, mode: AttachmentMode, options: ToolOptions): Promise<void> {
    const readOnly = mode === 'ro';
    const result = await this.tools.run(
      [
        'qemu-storage-daemon',
        '--daemonize',
        // JSON, because a comma in a value from another party would start a new option.
        '--object',
        JSON.stringify({
          'qom-type': 'tls-creds-psk',
          id: 'tls',
          dir: place.keyDirectory,
          endpoint: 'client',
          username: target.tls.username,
        }),
        '--blockdev',
        JSON.stringify({
          driver: 'nbd',
          'node-name': 'volume',
          server: { type: 'inet', host: target.host, port: String(target.port) },
          export: target.export,
          'tls-creds': 'tls',
          'reconnect-delay': RECONNECT_SECONDS,
          discard: 'unmap',
          'read-only': readOnly,
        }),
        '--export',
        JSON.stringify({
          type: 'fuse',
          id: 'file',
          'node-name': 'volume',
          mountpoint: place.file,
          writable: !readOnly,
        }),
      ],
      { deadlineMs: START_DEADLINE_MS, ...options },
    );
    if (result.exitCode === 0) return;
    const why = lastLine(result.stderr).replace(/^qemu-storage-daemon: /, '');
    throw new BackendUnavailable(`The storage landlord's export cannot be used: ${why}`, { reason: 'export_refused' });
  }

  /** Process ids of the attachment's daemon: one, or none; more only after a start that was cut in half. */
  async find(keyDirectory: string): Promise<number[]> {
    // The needle goes in by standard input: as an argument it would find the search itself.
    const script = 'grep -lsaF -f - /proc/[0-9]*/cmdline || true';
    const output = await this.tools.must(['sh', '-c', script], { input: `${keyDirectory}"\n` });
    return output.split('\n').flatMap((line) => {
      const pid = /^\/proc\/(\d+)\/cmdline$/.exec(line)?.[1];
      return pid === undefined ? [] : [Number(pid)];
    });
  }

  /** SIGTERM, which lets it flush, then SIGKILL. Returns when it is gone. */
  async stop(keyDirectory: string, how: 'orderly' | 'at once'): Promise<void> {
    const signals = how === 'orderly' ? (['TERM', 'KILL'] as const) : (['KILL'] as const);
    for (const signal of signals) {
      for (let poll = 0; poll < STOP_POLLS; poll++) {
        const pids = await this.find(keyDirectory);
        if (pids.length === 0) return;
        if (poll === 0) await this.tools.run(['kill', '-s', signal, '--', ...pids.map(String)]);
        await delay(POLL_MS);
      }
    }
    throw new BackendUnavailable('The storage daemon of a volume does not end.', { reason: 'daemon_stuck' });
  }
}
