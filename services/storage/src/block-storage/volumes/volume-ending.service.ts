import { Injectable } from '@nestjs/common';
import type { Lease, ResourceVector } from '@ocx/landlord-kit/leases/lease';
import { LeaseEnding } from '@ocx/landlord-kit/leases/lease-ending.service';
import type { Product } from '@ocx/openstack-api/exchange/documents';
import type { Principal } from '@ocx/service-kit/principal';
import { AttachmentsService } from '../attachments/attachments.service.js';
import { VolumeBackend } from '../backend/volume-backend.js';
import { ownerOf } from '../owner.js';
import { VolumeChanges } from './volume-changes.js';
import { checkDeletable, type Volume, volumeTypeById } from './volume.js';
import { VolumesRepository } from './volumes.repository.js';
import { volumeNotFound } from './volumes.service.js';

/** Ends volumes: by their owner, who has to detach first, and by their lease, which waits for nobody. */
@Injectable()
export class VolumeEnding {
  constructor(
    private readonly volumes: VolumesRepository,
    private readonly attachments: AttachmentsService,
    private readonly changes: VolumeChanges,
    private readonly backend: VolumeBackend,
    private readonly leases: LeaseEnding,
  ) {}

  /** What a lease of volumes takes from the landlord's capacity, `gib`; undefined for a product it does not have. */
  capacityOf(product: Product, quantity: number): ResourceVector | undefined {
    return product.type === 'volume' && volumeTypeById(product.id) ? { gib: quantity } : undefined;
  }

  /** The owner's delete. Throws NotFound, and InvalidInput for a volume in use. A leased volume's lease ends with it. */
  async delete(principal: Principal, id: string): Promise<void> {
    const owner = ownerOf(principal);
    const volume = await this.volumes.transaction(async (manager) => {
      const locked = await this.volumes.lock(manager, id);
      if (locked?.realm !== owner.realm || locked.projectId !== owner.projectId) throw volumeNotFound(id);
      checkDeletable(locked);
      await this.changes.setStatus(manager, locked, 'deleting');
      return locked;
    });
    if (volume.leaseId === null) await this.destroy(volume);
    else await this.leases.end(volume.leaseId);
  }

  /** The lease's end: connected or not, the volume goes. Idempotent. */
  async endLease(lease: Lease): Promise<void> {
    const volume = await this.volumes.find(lease.resource.id);
    if (volume?.leaseId !== lease.id) return;
    await this.attachments.endAllOf(volume.id);
    await this.volumes.transaction((manager) => this.changes.setStatus(manager, volume, 'deleting'));
    // An attachment reserved between the two lines above.
    await this.attachments.endAllOf(volume.id);
    await this.destroy(volume);
  }

  /** Takes up a deletion that a crash cut in half. */
  async resume(volume: Volume): Promise<void> {
    if (volume.leaseId === null) await this.destroy(volume);
    else await this.leases.end(volume.leaseId);
  }

  private async destroy(volume: Volume): Promise<void> {
    await this.backend.delete(volume.id);
    await this.volumes.transaction((manager) => this.changes.deleted(manager, volume));
  }
}
