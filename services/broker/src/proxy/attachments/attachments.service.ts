import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Conflict, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { Spending } from '../../budgets/spending.service.js';
import { InventoryService } from '../../inventory/inventory.service.js';
import type { LocatedServer } from '../compute/servers.service.js';
import type { Attachment } from './attachment.js';
import { AttachmentHandshake } from './attachment-handshake.js';
import { AttachmentParties } from './attachment-parties.js';
import { AttachmentWorker } from './attachment-worker.js';
import { AttachmentsRepository } from './attachments.repository.js';

/** Attaching volumes to servers across landlords (docs/protocol.md, landlord to landlord). */
@Injectable()
export class AttachmentsService {
  constructor(
    private readonly repository: AttachmentsRepository,
    private readonly inventory: InventoryService,
    private readonly handshake: AttachmentHandshake,
    private readonly parties: AttachmentParties,
    private readonly worker: AttachmentWorker,
    private readonly spending: Spending,
  ) {}

  /** Throws `InvalidInput` for a volume that is not free, as Nova does; whatever fails is undone. */
  async attach(
    caller: Principal,
    server: LocatedServer,
    wanted: { volumeId: string; device?: string | null | undefined; tag?: string | undefined },
  ): Promise<Attachment> {
    const volume = await this.inventory.locate('volume', wanted.volumeId);
    if (volume?.projectId !== server.row.projectId) throw new NotFound(`Volume ${wanted.volumeId} could not be found.`);
    await this.spending.checkLease(caller, volume.leaseId);
    const attachment: Attachment = {
      id: randomUUID(),
      volumeId: volume.id,
      serverId: server.row.id,
      projectId: server.row.projectId,
      volumeLeaseId: volume.leaseId,
      serverLeaseId: server.row.leaseId,
      storageLandlordId: volume.landlordId,
      computeLandlordId: server.landlord.id,
      state: 'reserving',
      device: wanted.device ?? null,
      tag: wanted.tag ?? null,
      createdAt: new Date(),
    };
    if (!(await this.repository.insert(attachment))) {
      throw new InvalidInput(`Invalid volume: volume ${volume.id} is already attached or being attached to a server.`);
    }
    try {
      const device = await this.handshake.run(caller, attachment);
      await this.repository.transition(attachment.id, ['reserving'], { state: 'attaching', device });
      return { ...attachment, state: 'attaching', device };
    } catch (error) {
      await this.undo(attachment);
      throw error;
    }
  }

  /** The server's attachments with the states that the compute landlord tells now. */
  async list(caller: Principal, serverId: string): Promise<Attachment[]> {
    return this.refreshed(caller, await this.repository.byServer(serverId));
  }

  async show(caller: Principal, serverId: string, volumeId: string): Promise<Attachment> {
    const row = await this.repository.byVolume(volumeId);
    if (row?.serverId !== serverId) {
      throw new NotFound(`Instance ${serverId} is not attached to volume ${volumeId.slice(0, 64)}`);
    }
    return this.now(caller, row);
  }

  /** Starts to detach; both landlords let go in the background. */
  async detach(caller: Principal, serverId: string, volumeId: string): Promise<void> {
    const row = await this.repository.byVolume(volumeId);
    if (row?.serverId !== serverId) throw new NotFound(`volume_id not found: ${volumeId.slice(0, 64)}`);
    await this.spending.checkLease(caller, row.volumeLeaseId);
    const begun = await this.repository.transition(row.id, ['attaching', 'attached'], { state: 'detaching' });
    if (!begun && row.state !== 'detaching') {
      throw new Conflict(`Volume ${volumeId} is being attached and cannot be detached yet.`);
    }
    void this.worker.finish({ ...row, state: 'detaching' });
  }

  /** As last known: whether a volume is anybody's. */
  ofVolumes(volumeIds: readonly string[]): Promise<Attachment[]> {
    return volumeIds.length === 0 ? Promise.resolve([]) : this.repository.byVolumes(volumeIds);
  }

  /** What a volume's own API shows of it: states as the compute landlord tells them now. */
  async shownOfVolumes(caller: Principal, volumeIds: readonly string[]): Promise<Attachment[]> {
    return this.refreshed(caller, await this.ofVolumes(volumeIds));
  }

  /** A lease has ended: the other landlord lets go too. */
  async resourceEnded(type: 'server' | 'volume', id: string): Promise<void> {
    const volume = type === 'volume' ? await this.repository.byVolume(id) : undefined;
    const rows = type === 'server' ? await this.repository.byServer(id) : volume ? [volume] : [];
    for (const row of rows) {
      await this.repository.transition(row.id, ['reserving', 'attaching', 'attached'], { state: 'detaching' });
      void this.worker.finish({ ...row, state: 'detaching' });
    }
  }

  private refreshed(caller: Principal, rows: readonly Attachment[]): Promise<Attachment[]> {
    return Promise.all(rows.map((row) => this.now(caller, row)));
  }

  // A silent landlord changes nothing: the row as it was last known is what there is to say.
  private async now(caller: Principal, row: Attachment): Promise<Attachment> {
    if (row.state !== 'attaching' || row.projectId !== caller.projectId) return row;
    const view = await this.parties.state(caller, row).catch(() => undefined);
    if (view?.state === 'attached') {
      await this.repository.transition(row.id, ['attaching'], { state: 'attached', device: view.device });
      return { ...row, state: 'attached', device: view.device };
    }
    if (view?.state !== 'error') return row;
    await this.repository.transition(row.id, ['attaching'], { state: 'detaching' });
    void this.worker.finish({ ...row, state: 'detaching' });
    return { ...row, state: 'detaching' };
  }

  private async undo(row: Attachment): Promise<void> {
    await this.repository.transition(row.id, ['reserving', 'attaching'], { state: 'detaching' });
    await this.worker.finish({ ...row, state: 'detaching' });
  }
}
