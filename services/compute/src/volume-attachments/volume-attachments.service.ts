import { Injectable, Logger } from '@nestjs/common';
import type { AttachmentView, ConnectAttachment } from '@ocx/openstack-api/compute/volume-attachments';
import { Conflict, DomainError, NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { ownerOf } from '../servers/owner.js';
import type { Server } from '../servers/server.js';
import { ServersRepository } from '../servers/servers.repository.js';
import { WorkQueue } from '../servers/work-queue.js';
import { VolumeConnector } from './connector/volume-connector.js';
import { ServerVolumes } from './server-volumes.js';
import { StorageLandlord } from './storage-landlord.js';
import { type VolumeAttachment, VolumeAttachmentsRepository } from './volume-attachments.repository.js';

const DEVICES = Array.from({ length: 25 }, (_, index) => `/dev/vd${String.fromCharCode(98 + index)}`);
const CONCURRENCY = 4;
const POLL_MS = 25;

type Busy = 'wait' | 'kill' | 'abandon';

/** `/dev/vdb` appears under the name `vdb`. */
const nameOf = (device: string): string => device.slice('/dev/'.length);

/** The tenant's `write` reaches the project's servers, or the one of the lease it names; `detach` never more than that one. */
function isWithinLease({ access }: Principal, { leaseId }: Server): boolean {
  const mayBeAny = access?.actions.includes('write') === true && access.lease_id === undefined;
  return mayBeAny || (leaseId !== null && access?.lease_id === leaseId);
}

const textOf = (error: unknown): string =>
  (error instanceof DomainError ? error.message : 'The volume could not be attached.').slice(0, 255);

export function attachmentView(attachment: VolumeAttachment): AttachmentView {
  return {
    id: attachment.id,
    server_id: attachment.serverId,
    volume_id: attachment.volumeId,
    state: attachment.state,
    device: attachment.device,
    path: `/volumes/${nameOf(attachment.device)}`,
    ...(attachment.error === null ? {} : { error: attachment.error }),
  };
}

/** Volumes of storage landlords in servers of this one. Rows first, so that a crash is taken up where it happened. */
@Injectable()
export class VolumeAttachmentsService {
  private readonly log = new Logger(VolumeAttachmentsService.name);
  private readonly queue = new WorkQueue(CONCURRENCY);

  constructor(
    private readonly attachments: VolumeAttachmentsRepository,
    private readonly servers: ServersRepository,
    private readonly storage: StorageLandlord,
    private readonly connector: VolumeConnector,
    private readonly volumes: ServerVolumes,
  ) {}

  ofServers(serverIds: readonly string[]): Promise<VolumeAttachment[]> {
    return this.attachments.ofServers(serverIds);
  }

  /** Reserves the device and begins to connect. Idempotent by the attachment's id. */
  async connect(caller: Principal, request: ConnectAttachment): Promise<VolumeAttachment> {
    const owner = ownerOf(caller);
    const server = await this.servers.find(owner, request.server_id);
    if (!server) throw new NotFound(`Server ${request.server_id} could not be found.`);
    await this.storage.check(request, owner.projectId);
    const present = await this.attachments.find(request.id);
    if (present) return this.repeated(present, request);
    if (server.vmState !== 'active' || server.taskState === 'deleting') {
      throw new Conflict(`Cannot 'attach_volume' instance ${server.id} while it is in vm_state ${server.vmState}`);
    }
    const attachment = await this.reserve(request);
    void this.run(attachment, () => this.establish(attachment));
    return attachment;
  }

  /** The attachment, at once or when it has come to rest, at most `waitSeconds` later. */
  async show(caller: Principal, id: string, waitSeconds: number): Promise<VolumeAttachment> {
    const until = Date.now() + waitSeconds * 1000;
    for (;;) {
      const attachment = await this.reachable(caller, id);
      const resting = attachment.state === 'attached' || attachment.state === 'error';
      if (resting || Date.now() >= until) return attachment;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Begins to take the volume away; true when it is gone within `waitSeconds`. */
  async disconnect(caller: Principal, id: string, waitSeconds: number): Promise<boolean> {
    const attachment = await this.reachable(caller, id, isWithinLease);
    const forced = caller.access?.actions.includes('detach') === true;
    await this.attachments.change(id, ['attaching', 'attached', 'error'], 'detaching', null);
    const work = this.run(attachment, async () => {
      await this.dismantle(attachment, forced ? await this.force(id) : 'wait');
    });
    const done = work.then(() => true);
    const late = new Promise<boolean>((resolve) => {
      setTimeout(resolve, waitSeconds * 1000, false).unref();
    });
    await Promise.race([done, late]);
    const left = await this.attachments.find(id);
    if (left?.error) throw new Conflict(left.error, { reason: 'volume_busy' });
    return left === undefined;
  }

  /** After a start or a crash: connects what should be, ends what was ending, takes away what nobody has. */
  async reconcile(): Promise<void> {
    const rows = await this.attachments.all();
    const found = await this.connector.list();
    const servers = new Map(
      (await this.servers.ofIds(rows.map(({ serverId }) => serverId))).map((one) => [one.id, one]),
    );
    for (const row of rows) {
      if (this.queue.isBusy(row.id)) continue;
      const connected = found.some(({ id, state }) => id === row.id && state === 'connected');
      void this.run(row, () => this.converge(row, servers.get(row.serverId), connected));
    }
    for (const { id } of found) {
      if (rows.some((row) => row.id === id) || this.queue.isBusy(id) || (await this.attachments.find(id))) continue;
      await this.connector.disconnect({ id, containerId: null, busy: 'abandon' });
    }
  }

  async idle(): Promise<void> {
    await this.queue.idle();
  }

  private async converge(row: VolumeAttachment, server: Server | undefined, connected: boolean): Promise<void> {
    if (row.state === 'detaching') return this.dismantle(row, 'wait');
    if (row.state === 'error' || connected || server?.vmState !== 'active' || server.taskState !== null) return;
    await this.volumes.prepare(row.serverId);
    await this.establish(row);
  }

  private repeated(present: VolumeAttachment, request: ConnectAttachment): VolumeAttachment {
    if (present.serverId === request.server_id && present.volumeId === request.volume_id) return present;
    throw new Conflict('This attachment is of another server or volume.');
  }

  private async reserve(request: ConnectAttachment): Promise<VolumeAttachment> {
    const taken = new Set((await this.attachments.ofServer(request.server_id)).map(({ device }) => device));
    const candidates = request.device === undefined ? DEVICES : [request.device];
    for (const device of candidates) {
      if (taken.has(device)) continue;
      const attachment: VolumeAttachment = {
        id: request.id,
        serverId: request.server_id,
        volumeId: request.volume_id,
        mode: request.mode,
        device,
        state: 'attaching',
        error: null,
        grant: request.grant,
        storageId: request.storage.landlord_id,
        storageEndpoint: request.storage.endpoint,
        createdAt: new Date(),
      };
      if (await this.attachments.add(attachment)) return attachment;
    }
    throw new Conflict('The volume is attached to this server already, or no device name is free.');
  }

  private async establish(attachment: VolumeAttachment): Promise<void> {
    try {
      const { host, port, size, tls, export: name } = await this.storage.redeem(attachment);
      await this.connector.connect({
        id: attachment.id,
        serverId: attachment.serverId,
        volumesDirectory: this.volumes.directory(attachment.serverId),
        name: nameOf(attachment.device),
        mode: attachment.mode,
        target: { host, port, size, tls, export: name },
      });
      await this.attachments.change(attachment.id, ['attaching', 'attached'], 'attached', null);
    } catch (error) {
      this.log.error(error instanceof Error ? error : String(error), `attachment ${attachment.id}`);
      await this.attachments.change(attachment.id, ['attaching', 'attached'], 'error', textOf(error));
    }
  }

  private async dismantle(attachment: VolumeAttachment, busy: Busy): Promise<void> {
    const { id, serverId } = attachment;
    const server = await this.servers.byId(serverId);
    try {
      await this.connector.disconnect({ id, containerId: server?.engineId ?? null, busy });
    } catch (error) {
      // Still attached, and whole: the server uses it.
      const reason = error instanceof DomainError ? error.reason : undefined;
      if (reason !== 'volume_busy') throw error;
      await this.attachments.change(id, ['detaching'], 'attached', textOf(error));
      return;
    }
    await this.storage.release(attachment).catch((error: unknown) => {
      // The broker ends the reservation there as well; without this host the export is of no use to anybody.
      this.log.warn(`attachment ${id}: ${(error as Error).message}`);
    });
    await this.attachments.remove(id);
  }

  // A storage that does not answer cannot take what is unwritten: waiting for it would never end.
  private async force(id: string): Promise<Busy> {
    return (await this.connector.health(id)) === 'healthy' ? 'kill' : 'abandon';
  }

  private async reachable(
    caller: Principal,
    id: string,
    reaches: (caller: Principal, server: Server) => boolean = () => true,
  ): Promise<VolumeAttachment> {
    const attachment = await this.attachments.find(id);
    const server = attachment && (await this.servers.find(ownerOf(caller), attachment.serverId));
    if (!attachment || !server || !reaches(caller, server)) throw new NotFound(`Attachment ${id} could not be found.`);
    return attachment;
  }

  private run(attachment: VolumeAttachment, work: () => Promise<void>): Promise<void> {
    return this.queue.run(attachment.id, work).catch((error: unknown) => {
      this.log.error(error instanceof Error ? error : String(error), `attachment ${attachment.id}`);
    });
  }
}
