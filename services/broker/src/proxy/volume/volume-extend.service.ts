import { Injectable } from '@nestjs/common';
import { VolumeAnswer } from '@ocx/openstack-api/block-storage/volumes';
import { InvalidInput } from '@ocx/service-kit/errors';
import type { MicroversionValue } from '@ocx/service-kit/microversion';
import type { Principal } from '@ocx/service-kit/principal';
import { LeaseAmendments } from '../../market/amendments/lease-amendments.service.js';
import type { LeaseBooks } from '../../market/leases/lease-books.js';
import { LeasesService } from '../../market/leases/leases.service.js';
import { AttachmentsService } from '../attachments/attachments.service.js';
import { LandlordGateway, READ, WRITE } from '../landlord-gateway.js';
import { QuotasService } from '../quotas/quotas.service.js';
import type { LocatedVolume } from './volumes.service.js';

/** Cinder's `os-extend`: first the lease is amended to the new size, then its landlord makes the volume larger. */
@Injectable()
export class VolumeExtendService {
  constructor(
    private readonly leases: LeasesService,
    private readonly amendments: LeaseAmendments,
    private readonly quotas: QuotasService,
    private readonly attachments: AttachmentsService,
    private readonly gateway: LandlordGateway,
  ) {}

  /**
   * Throws what Cinder answers for a volume in use and for a size that is no larger, `QuotaExceeded`, and what an amendment
   * is refused with. Asked again after it was cut off, it goes on where it was.
   */
  async extend(caller: Principal, located: LocatedVolume, version: MicroversionValue, gib: number): Promise<void> {
    const { row, landlord } = located;
    const path = `/v3/${caller.projectId ?? ''}/volumes/${row.id}`;
    const microversion = `volume 3.${String(version.minor)}`;
    const { body } = await this.gateway.call(caller, landlord, READ, {
      method: 'GET',
      path,
      microversion,
      schema: VolumeAnswer,
    });
    const [attachment] = await this.attachments.ofVolumes([row.id]);
    checkExtendable(row.id, { ...body.volume, status: attachment ? 'in-use' : body.volume.status }, gib);
    const lease = await this.leases.show(caller, row.leaseId);
    // An earlier call may have come so far.
    if (lease.quantity < gib) await this.lease(caller, lease, gib);
    const action = { 'os-extend': { new_size: gib } };
    await this.gateway.call(caller, landlord, WRITE, {
      method: 'POST',
      path: `${path}/action`,
      microversion,
      body: action,
    });
  }

  private async lease(caller: Principal, lease: LeaseBooks, gib: number): Promise<void> {
    const more = gib - lease.quantity;
    const reservations = await this.quotas.reserveGigabytes(lease.projectId, lease.product.id, more);
    try {
      await this.amendments.grow(caller, lease, gib);
    } finally {
      await this.quotas.release(reservations);
    }
  }
}

function checkExtendable(id: string, { status, size }: { status: string; size: number }, gib: number): void {
  if (status !== 'available') {
    throw new InvalidInput(
      `Invalid volume: Volume ${id} status must be 'available' to extend, currently ${status}. Detach it first: a ` +
        'connected server cannot see the new size.',
    );
  }
  if (gib <= size) {
    throw new InvalidInput(
      `Invalid input received: New size for extend must be greater than current size. (current: ${String(size)}, ` +
        `extended: ${String(gib)}).`,
    );
  }
}
