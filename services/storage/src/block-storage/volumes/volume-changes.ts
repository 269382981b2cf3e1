import { Injectable } from '@nestjs/common';
import { LeasesService } from '@ocx/landlord-kit/leases/leases.service';
import { LeaseActivity } from '@ocx/landlord-kit/usage/lease-activity';
import type { EntityManager } from 'typeorm';
import type { Volume, VolumeStatus } from './volume.js';
import { VolumesRepository } from './volumes.repository.js';

const resourceOf = ({ id }: Volume) => ({ type: 'volume' as const, id });

/** Changes of a volume that the exchange hears of and pays by, in one transaction with the row. */
@Injectable()
export class VolumeChanges {
  constructor(
    private readonly volumes: VolumesRepository,
    private readonly leases: LeasesService,
    private readonly activity: LeaseActivity,
  ) {}

  /** Last in the transaction: it orders all events of the landlord. */
  async setStatus(manager: EntityManager, volume: Volume, status: VolumeStatus): Promise<void> {
    await this.volumes.update(manager, volume.id, { status });
    if (volume.leaseId !== null) await this.leases.resourceChanged(volume.leaseId, resourceOf(volume), status, manager);
  }

  /** The volume has this size from now on, and its GiB are counted. */
  async available(manager: EntityManager, volume: Volume): Promise<void> {
    if (volume.leaseId !== null) await this.activity.level(volume.leaseId, volume.size, new Date(), manager);
    await this.setStatus(manager, volume, 'available');
  }

  async deleted(manager: EntityManager, volume: Volume): Promise<void> {
    if (volume.leaseId !== null) await this.activity.down(volume.leaseId, new Date(), manager);
    await this.volumes.delete(manager, volume.id);
    if (volume.leaseId !== null)
      await this.leases.resourceChanged(volume.leaseId, resourceOf(volume), 'deleted', manager);
  }
}
