import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Lease } from '@ocx/landlord-kit/leases/lease';
import { LeasesService } from '@ocx/landlord-kit/leases/leases.service';
import type { CreateVolume } from '@ocx/openstack-api/block-storage/volumes';
import { Conflict, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { VolumeBackend } from '../backend/volume-backend.js';
import { type Owner, ownerOf } from '../owner.js';
import { VolumeChanges } from './volume-changes.js';
import type { VolumeQuery } from './volume-query.js';
import { VolumeQuotas } from './volume-quotas.js';
import { checkExtendable, chooseVolumeType, type Volume } from './volume.js';
import { VolumesRepository } from './volumes.repository.js';

type NewVolume = CreateVolume['volume'];

/** Sources a volume could be made from in Cinder, and cannot here: refused, for a blank volume would look like success. */
const REFUSED_SOURCES = [
  'snapshot_id',
  'source_volid',
  'imageRef',
  'image_id',
  'backup_id',
  'group_id',
  'consistencygroup_id',
  'source_replica',
] as const satisfies readonly (keyof NewVolume)[];

export const volumeNotFound = (id: string): NotFound => new NotFound(`Volume ${id} could not be found.`);

@Injectable()
export class VolumesService {
  constructor(
    private readonly volumes: VolumesRepository,
    private readonly changes: VolumeChanges,
    private readonly quotas: VolumeQuotas,
    private readonly backend: VolumeBackend,
    private readonly leases: LeasesService,
  ) {}

  /** Under a lease the id is the lease's, and repeating the call gives the same volume. */
  async create(principal: Principal, request: NewVolume): Promise<Volume> {
    const lease = await this.leases.forCreate(principal, 'volume');
    const volume = this.newVolume(principal, request, lease);
    const limits = await this.quotas.limits(volume);
    const inserted = await this.volumes.transaction(async (manager) => {
      await this.quotas.check(manager, volume, limits, { volumes: 1, gigabytes: volume.size });
      return this.volumes.insert(manager, volume);
    });
    if (!inserted) return this.createdBefore(volume);
    // The lease may have ended since it was looked at; whoever ends it looks for the row after marking the lease.
    if (lease && (await this.leases.find(lease.id))?.state !== 'active') {
      await this.volumes.transaction((manager) => this.volumes.delete(manager, volume.id));
      throw new Conflict('The lease has ended.', { reason: 'lease_ended' });
    }
    return this.allocate(volume);
  }

  /** Makes the bytes of a volume whose row exists; also finishes what a crash cut in half. */
  async allocate(volume: Volume): Promise<Volume> {
    try {
      await this.backend.create(volume.id, volume.size);
    } catch (error) {
      await this.volumes.transaction((manager) => this.changes.setStatus(manager, volume, 'error'));
      throw error;
    }
    await this.volumes.transaction(async (manager) => {
      const current = await this.volumes.lock(manager, volume.id);
      if (current?.status === 'creating') await this.changes.available(manager, current);
    });
    return this.existing(volume.id, volume);
  }

  show(principal: Principal, id: string): Promise<Volume> {
    return this.existing(id, ownerOf(principal));
  }

  /** One page and whether there is more. */
  async list(principal: Principal, query: VolumeQuery): Promise<{ volumes: Volume[]; more: boolean; count?: number }> {
    const owner = ownerOf(principal);
    const rows = await this.volumes.page(owner, query);
    const count = query.withCount ? { count: await this.volumes.count(owner, query) } : {};
    return { volumes: rows.slice(0, query.limit), more: rows.length > query.limit, ...count };
  }

  update(
    principal: Principal,
    id: string,
    changes: (volume: Volume) => Partial<Pick<Volume, 'name' | 'description' | 'metadata' | 'bootable'>>,
  ): Promise<Volume> {
    return this.volumes.transaction(async (manager) => {
      const volume = await this.volumes.lock(manager, id);
      if (!volume || !isOwned(volume, ownerOf(principal))) throw volumeNotFound(id);
      const changed = changes(volume);
      await this.volumes.update(manager, id, changed);
      return { ...volume, ...changed, updatedAt: new Date() };
    });
  }

  async extend(principal: Principal, id: string, gib: number): Promise<void> {
    const owner = ownerOf(principal);
    const limits = await this.quotas.limits(owner);
    const volume = await this.volumes.transaction(async (manager) => {
      const locked = await this.volumes.lock(manager, id);
      if (!locked || !isOwned(locked, owner)) throw volumeNotFound(id);
      checkExtendable(locked, gib);
      const lease = locked.leaseId === null ? undefined : await this.leases.find(locked.leaseId);
      if (lease && lease.quantity !== gib) {
        throw new Conflict(`The lease of volume ${id} is for ${lease.quantity} GiB.`, { reason: 'lease_quantity' });
      }
      await this.quotas.check(manager, owner, limits, { volumes: 0, gigabytes: gib - locked.size });
      await this.volumes.update(manager, id, { status: 'extending', size: gib });
      return locked;
    });
    await this.finishExtending({ ...volume, size: gib });
  }

  /** The row has the new size; makes it true of the bytes. Idempotent. */
  async finishExtending(volume: Volume): Promise<void> {
    await this.backend.extend(volume.id, volume.size);
    await this.volumes.transaction(async (manager) => {
      const current = await this.volumes.lock(manager, volume.id);
      if (current?.status === 'extending') await this.changes.available(manager, current);
    });
  }

  metadataSummary(owner: Owner): Promise<Record<string, string[]>> {
    return this.volumes.metadataSummary(owner);
  }

  private async existing(id: string, owner: Owner): Promise<Volume> {
    const volume = await this.volumes.find(id, { realm: owner.realm, projectId: owner.projectId });
    if (!volume) throw volumeNotFound(id);
    return volume;
  }

  private newVolume(principal: Principal, request: NewVolume, lease: Lease | undefined): Volume {
    for (const source of REFUSED_SOURCES) {
      if (request[source]) throw new InvalidInput(`Invalid input received: ${source} is not supported here.`);
    }
    if (request.multiattach === true)
      throw new InvalidInput('Invalid input received: multiattach is not supported here.');
    const size = request.size ?? undefined;
    if (size === undefined) throw new InvalidInput('Invalid input for field/attribute volume.size: it is required.');
    const type = chooseVolumeType(request.volume_type ?? lease?.product.id);
    if (lease && (lease.quantity !== size || lease.product.id !== type.id)) {
      throw new Conflict(`The lease is for ${lease.quantity} GiB of type ${lease.product.id}.`, {
        reason: 'lease_mismatch',
      });
    }
    return {
      ...ownerOf(principal),
      id: lease?.resource.id ?? randomUUID(),
      userId: principal.userId,
      leaseId: lease?.id ?? null,
      name: request.name ?? request.display_name ?? null,
      description: request.description ?? request.display_description ?? null,
      size,
      volumeTypeId: type.id,
      metadata: request.metadata ?? {},
      status: 'creating',
      bootable: false,
      createdAt: new Date(),
      updatedAt: null,
    };
  }

  private async createdBefore(volume: Volume): Promise<Volume> {
    const earlier = await this.volumes.find(volume.id, { realm: volume.realm, projectId: volume.projectId });
    if (!earlier || earlier.leaseId !== volume.leaseId) {
      throw new Conflict('A volume with this id exists.', { reason: 'volume_exists' });
    }
    return earlier.status === 'creating' ? this.allocate(earlier) : earlier;
  }
}

const isOwned = (volume: Volume, owner: Owner): boolean =>
  volume.realm === owner.realm && volume.projectId === owner.projectId;
