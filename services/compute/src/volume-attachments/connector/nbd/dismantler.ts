import { setTimeout as delay } from 'node:timers/promises';
import { BackendUnavailable, Conflict } from '@ocx/service-kit/errors';
import { lastLine } from '../mount-host/bounded-text.js';
import type { HostTools } from '../mount-host/host-tools.js';
import type { DisconnectVolume } from '../volume-connector.js';
import type { AttachmentRecord, AttachmentRecords } from './attachment-records.js';
import { FileSystem } from './file-system.js';
import type { LoopDevices } from './loop-devices.js';
import { Sandbox } from './sandbox.js';
import type { ServerDirectory } from './server-directory.js';
import { RECONNECT_SECONDS, type StorageDaemon } from './storage-daemon.js';
import { VolumeHolders } from './volume-holders.js';

const FLUSH_DEADLINE_MS = (RECONNECT_SECONDS + 15) * 1000;
const POLITE_TRIES = 10;
const KILLING_TRIES = 20;
const RETRY_MS = 500;

/** Takes an attachment apart in order, from whatever state a crash left it in. */
export class Dismantler {
  private readonly holders: VolumeHolders;
  private readonly fileSystem: FileSystem;

  constructor(
    private readonly tools: HostTools,
    private readonly records: AttachmentRecords,
    private readonly daemon: StorageDaemon,
    private readonly loops: LoopDevices,
    private readonly directory: ServerDirectory,
  ) {
    this.holders = new VolumeHolders(tools);
    this.fileSystem = new FileSystem(tools);
  }

  /** True when everything written is known to have reached the storage. */
  async dismantle(volume: DisconnectVolume): Promise<boolean> {
    const { id } = volume;
    const record = await this.records.read(id);
    const keyDirectory = this.records.keyDirectory(id);
    const disk = this.records.diskFile(id);
    // Cut first, so that nothing below waits for a storage that will not answer.
    if (volume.busy === 'abandon') await this.daemon.stop(keyDirectory, 'at once');
    const clean = record ? await this.takeAway(record, volume) : true;
    await this.loops.detach(disk);
    if (record?.form !== 'file') await this.unmountAll(disk, ['--lazy']);
    await this.daemon.stop(keyDirectory, 'orderly');
    await this.tools.run(['rm', '-f', '--', Sandbox.nodePath(id)]);
    await this.records.remove(id);
    return clean;
  }

  private async takeAway(record: AttachmentRecord, volume: DisconnectVolume): Promise<boolean> {
    const path = `${record.volumesDirectory}/${record.name}`;
    const mounted = await this.isOurs(record, path);
    if (!mounted) return true;
    const clean = volume.busy !== 'abandon' && (await this.flush(record, path));
    if (volume.busy === 'abandon') await this.abandonMount(volume, path);
    else await this.unmount(volume, record, path);
    await this.directory.removePlace(path);
    return clean;
  }

  /** Only what this attachment put at the path is taken from it: the name may serve another attachment by now. */
  private async isOurs(record: AttachmentRecord, path: string): Promise<boolean> {
    const mounts = (await this.directory.mounts()).filter((mount) => mount.path === path);
    if (record.form === 'file') return mounts.some(({ type }) => type.startsWith('fuse'));
    const loops = await this.loops.backedBy(this.records.diskFile(record.id));
    return mounts.some(({ device }) => loops.some((loop) => loop.device === device));
  }

  private async flush(record: AttachmentRecord, path: string): Promise<boolean> {
    const deadline = { deadlineMs: FLUSH_DEADLINE_MS };
    try {
      const how = record.form === 'mount' ? '--file-system' : '--data';
      const synced = await this.tools.run(['sync', how, path], deadline);
      const loops = await this.loops.backedBy(this.records.diskFile(record.id));
      let healthy = synced.exitCode === 0;
      for (const loop of loops) {
        const flushed = await this.tools.run(['sync', '--data', loop.name], deadline);
        healthy = healthy && flushed.exitCode === 0 && !(await this.fileSystem.hasErrors(loop));
      }
      return healthy;
    } catch (error) {
      if (error instanceof BackendUnavailable && error.reason === 'deadline') return false;
      throw error;
    }
  }

  /** EBUSY is ordinary: somebody in the server works in the volume. */
  private async unmount(volume: DisconnectVolume, record: AttachmentRecord, path: string): Promise<void> {
    const killing = volume.busy === 'kill' ? KILLING_TRIES : 0;
    for (let tries = 0; ; tries++) {
      const device = await this.deviceNumber(path);
      // Of the file system, not only of this mount: another mount namespace's copy cannot write after this.
      if (record.form === 'mount') await this.remount(path, 'ro');
      const result = await this.tools.run(['umount', '--', path], { deadlineMs: FLUSH_DEADLINE_MS });
      if (result.exitCode === 0) return;
      if (record.form === 'mount' && record.mode === 'rw') await this.remount(path, 'rw');
      if (!/busy/.test(result.stderr)) {
        throw new BackendUnavailable(`umount failed: ${lastLine(result.stderr)}`, { reason: 'tool_failed' });
      }
      if (tries >= POLITE_TRIES + killing) throw busy();
      if (tries >= POLITE_TRIES) await this.endHolders(volume, device, tries === POLITE_TRIES ? 'TERM' : 'KILL');
      await delay(RETRY_MS);
    }
  }

  private async remount(path: string, access: 'ro' | 'rw'): Promise<void> {
    await this.tools.run(['mount', '-o', `remount,${access}`, path], { deadlineMs: FLUSH_DEADLINE_MS });
  }

  private async endHolders(volume: DisconnectVolume, device: number | undefined, signal: 'TERM' | 'KILL') {
    if (volume.containerId === null || device === undefined) return;
    await this.holders.end(await this.holders.find(volume.containerId, device), signal);
  }

  private async abandonMount(volume: DisconnectVolume, path: string): Promise<void> {
    const device = await this.deviceNumber(path);
    await this.endHolders(volume, device, 'KILL');
    const result = await this.tools.run(['umount', '--', path], { deadlineMs: FLUSH_DEADLINE_MS });
    // The transport is gone: what still holds it gets errors until it lets go, and the place is free.
    if (result.exitCode !== 0) await this.tools.must(['umount', '--lazy', '--', path]);
  }

  private async deviceNumber(path: string): Promise<number | undefined> {
    const result = await this.tools.run(['stat', '-c', '%d', '--', path]);
    return result.exitCode === 0 ? Number(result.stdout.trim()) : undefined;
  }

  private async unmountAll(path: string, flags: readonly string[]): Promise<void> {
    for (const mount of await this.directory.mounts()) {
      if (mount.path === path) await this.tools.must(['umount', ...flags, '--', path]);
    }
  }
}

const busy = () =>
  new Conflict('The volume is in use inside the server. Stop what uses it, then detach again.', {
    reason: 'volume_busy',
  });
