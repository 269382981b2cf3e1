import { Conflict, InvalidInput } from '@ocx/service-kit/errors';
import { AttachmentMode } from '@ocx/openstack-api/exchange/tokens';
import { RedeemedAttachment } from '@ocx/openstack-api/block-storage/attachments';
import { Uuid } from '@ocx/openstack-api/ids';
import { parse } from '@ocx/service-kit/validation';
import { z } from 'zod';
import { HostTools, type ToolOptions } from '../mount-host/host-tools.js';
import type { MountHost } from '../mount-host/mount-host.js';
import {
  type AttachForm,
  type ConnectedVolume,
  type ConnectVolume,
  type DisconnectedVolume,
  type DisconnectVolume,
  type FoundVolume,
  VolumeConnector,
  type VolumeHealth,
} from '../volume-connector.js';
import { type AttachmentRecord, AttachmentRecords } from './attachment-records.js';
import { Dismantler } from './dismantler.js';
import { FileSystem } from './file-system.js';
import { type LoopDevice, LoopDevices } from './loop-devices.js';
import { DEVICE_NAMES, ServerDirectory } from './server-directory.js';
import { StorageDaemon } from './storage-daemon.js';
import { TurnsById } from '../../../servers/turns-by-id.js';

const HEALTH_DEADLINE_MS = 5_000;

const HostPath = z
  .string()
  .max(1024)
  .regex(/^(?:\/[A-Za-z0-9._-]+)+$/, 'must be an absolute path')
  .refine((path) => !path.split('/').some((part) => part === '.' || part === '..'), 'must be an absolute path');

const Place = z.object({
  id: Uuid,
  serverId: Uuid,
  volumesDirectory: HostPath,
  name: z.enum(DEVICE_NAMES),
  mode: AttachmentMode,
});
const Target = RedeemedAttachment.pick({ host: true, port: true, export: true, size: true, tls: true });

export interface NbdConnectorOptions {
  /** Absolute host path for the connector's own records, mode 0700. */
  readonly stateDirectory: string;
  /** Absolute host path that servers' volume directories lie below. */
  readonly serversDirectory: string;
  readonly form: AttachForm;
}

/** Connects over NBD with TLS-PSK: qemu-storage-daemon, a FUSE file, a loop device, an ext4 mount. */
export class NbdVolumeConnector extends VolumeConnector {
  private readonly tools: HostTools;
  private readonly records: AttachmentRecords;
  private readonly daemon: StorageDaemon;
  private readonly loops: LoopDevices;
  private readonly fileSystem: FileSystem;
  private readonly directory: ServerDirectory;
  private readonly dismantler: Dismantler;
  private readonly turns = new TurnsById();

  constructor(
    host: MountHost,
    private readonly options: NbdConnectorOptions,
  ) {
    super();
    this.tools = new HostTools(host);
    this.records = new AttachmentRecords(this.tools, parse(HostPath, options.stateDirectory));
    this.daemon = new StorageDaemon(this.tools);
    this.loops = new LoopDevices(this.tools);
    this.fileSystem = new FileSystem(this.tools);
    this.directory = new ServerDirectory(this.tools, parse(HostPath, options.serversDirectory), options.form);
    this.dismantler = new Dismantler(this.tools, this.records, this.daemon, this.loops, this.directory);
  }

  async prepareDirectory(volumesDirectory: string): Promise<void> {
    const directory = parse(HostPath, volumesDirectory);
    if (!directory.startsWith(`${this.options.serversDirectory}/`)) throw new InvalidInput('No directory of a server.');
    await this.tools.prepare();
    await this.turns.take(directory, () => this.directory.prepare(directory));
  }

  async releaseDirectory(volumesDirectory: string): Promise<void> {
    const directory = parse(HostPath, volumesDirectory);
    await this.tools.prepare();
    await this.turns.take(directory, () => this.directory.release(directory));
  }

  async release(): Promise<void> {
    await this.tools.prepare();
    await this.directory.unshare();
  }

  async entries(directory: string): Promise<readonly string[]> {
    return this.tools.entries(parse(HostPath, directory));
  }

  async connect(volume: ConnectVolume): Promise<ConnectedVolume> {
    const target = parse(Target, volume.target);
    const record: AttachmentRecord = { ...parse(Place, volume), form: this.options.form };
    await this.tools.prepare();
    return this.turns.take(record.id, async () => {
      const earlier = await this.records.read(record.id);
      if (earlier && (await this.isWhole(earlier))) {
        if (!samePlace(earlier, record)) throw new Conflict('The volume is connected elsewhere.', { reason: 'taken' });
        return { id: record.id, form: earlier.form, path: pathOf(earlier), formatted: false };
      }
      if (await this.records.exists(record.id)) {
        await this.dismantler.dismantle({ id: record.id, containerId: null, busy: 'abandon' });
      }
      try {
        const formatted = await this.assemble(record, target, { signal: volume.signal });
        return { id: record.id, form: record.form, path: pathOf(record), formatted };
      } catch (error) {
        await this.dismantler.dismantle({ id: record.id, containerId: null, busy: 'abandon' });
        throw error;
      }
    });
  }

  async disconnect(volume: DisconnectVolume): Promise<DisconnectedVolume> {
    const id = parse(Uuid, volume.id);
    await this.tools.prepare();
    return this.turns.take(id, async () => ({ clean: await this.dismantler.dismantle(volume) }));
  }

  async list(): Promise<readonly FoundVolume[]> {
    await this.tools.prepare();
    const found: FoundVolume[] = [];
    for (const id of await this.records.ids()) {
      const record = await this.turns.take(id, async () => {
        const read = await this.records.read(id);
        if (read) return { ...read, state: (await this.isWhole(read)) ? ('connected' as const) : ('partial' as const) };
        // A crash before the record was written: nothing was connected, only the empty directory remains.
        await this.dismantler.dismantle({ id, containerId: null, busy: 'abandon' });
        return undefined;
      });
      if (record) found.push(record);
    }
    return found;
  }

  async health(id: string): Promise<VolumeHealth> {
    const known = parse(Uuid, id);
    await this.tools.prepare();
    const record = await this.records.read(known);
    if (!record) return 'absent';
    if (!(await this.isWhole(record))) return 'broken';
    const [loop] = record.form === 'mount' ? await this.loops.backedBy(this.records.diskFile(id)) : [];
    if (loop && (await this.fileSystem.hasErrors(loop))) return 'broken';
    try {
      const device = loop?.name ?? pathOf(record);
      const flushed = await this.tools.run(['sync', '--data', device], { deadlineMs: HEALTH_DEADLINE_MS });
      return flushed.exitCode === 0 ? 'healthy' : 'broken';
    } catch {
      return 'stalled';
    }
  }

  private async assemble(
    record: AttachmentRecord,
    target: z.output<typeof Target>,
    options: ToolOptions,
  ): Promise<boolean> {
    const { id, mode } = record;
    await this.refuseTaken(record);
    await this.records.create(record, options);
    await this.records.writeKey(id, target.tls.username, target.tls.key, options);
    const file = record.form === 'mount' ? this.records.diskFile(id) : pathOf(record);
    if (record.form === 'mount') await this.tools.must(['touch', '--', file], options);
    await this.directory.makePlace(pathOf(record), options);
    await this.daemon.start({ keyDirectory: this.records.keyDirectory(id), file }, target, mode, options);
    // The daemon holds the key in memory and needs the file no more, also to reconnect.
    await this.records.removeKey(id);
    const size = Number((await this.tools.must(['stat', '-c', '%s', '--', file], options)).trim());
    if (size !== target.size) {
      throw new InvalidInput(`The export has ${size} bytes instead of ${target.size}.`, { reason: 'wrong_size' });
    }
    return record.form === 'mount' ? this.mount(record, file, options) : false;
  }

  private async mount(record: AttachmentRecord, file: string, options: ToolOptions): Promise<boolean> {
    const readOnly = record.mode === 'ro';
    const loop: LoopDevice = await this.loops.attach(file, readOnly, options);
    const formatted = await this.fileSystem.makeReady(record.id, loop, readOnly, options);
    await this.fileSystem.mount(loop, pathOf(record), readOnly, options);
    return formatted;
  }

  private async refuseTaken(record: AttachmentRecord): Promise<void> {
    const mounts = await this.directory.mounts();
    if (!(await this.directory.isPrepared(record.volumesDirectory, mounts))) {
      throw new Conflict('The server has no prepared directory for volumes.', { reason: 'not_prepared' });
    }
    if (mounts.some(({ path }) => path === pathOf(record))) {
      throw new Conflict(`The server already has a volume at ${record.name}.`, { reason: 'device_taken' });
    }
  }

  /** Whether every piece of the attachment is in its place. */
  private async isWhole(record: AttachmentRecord): Promise<boolean> {
    const pids = await this.daemon.find(this.records.keyDirectory(record.id));
    if (pids.length === 0) return false;
    const mounts = (await this.directory.mounts()).filter(({ path }) => path === pathOf(record));
    if (record.form === 'file') return mounts.length > 0;
    const loops = await this.loops.backedBy(this.records.diskFile(record.id));
    return loops.some((loop) => mounts.some(({ device }) => device === loop.device));
  }
}

const pathOf = (record: AttachmentRecord): string => `${record.volumesDirectory}/${record.name}`;

function samePlace(a: AttachmentRecord, b: AttachmentRecord): boolean {
  return pathOf(a) === pathOf(b) && a.serverId === b.serverId && a.mode === b.mode;
}
