import { Injectable } from '@nestjs/common';
import { type CreateVolume, VolumeAnswer, type VolumeDetail } from '@ocx/openstack-api/block-storage/volumes';
import { VOLUME_TYPES } from '@ocx/openstack-api/exchange/products';
import { BadGateway, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import type { MicroversionValue } from '@ocx/service-kit/microversion';
import type { Principal } from '@ocx/service-kit/principal';
import { InventoryService } from '../../inventory/inventory.service.js';
import type { Landlord } from '../../landlords/landlord.js';
import type { Lease } from '../../market/leases/lease.js';
import { orderAccess } from '../../market/leases/order-access.js';
import { OrdersService } from '../../market/orders/orders.service.js';
import { zoneRegion } from '../availability-zone.js';
import { orderHints } from '../compute/order-hints.js';
import { LandlordGateway } from '../landlord-gateway.js';
import { QuotasService } from '../quotas/quotas.service.js';
import type { Region } from '../regions/region.js';
import { type VolumeLinks, volumeView } from './volume.view.js';

interface Prepared {
  readonly typeId: string;
  readonly typeName: string;
  readonly size: number;
  readonly region: string | undefined;
  readonly name: string;
  readonly body: Record<string, unknown>;
}

function prepare({ volume }: CreateVolume, region: Region): Prepared {
  const source = volume.snapshot_id ?? volume.source_volid ?? volume.imageRef ?? volume.image_id ?? volume.backup_id;
  if (source !== undefined && source !== null)
    throw new InvalidInput('Volumes are made empty: no source is supported.');
  if (volume.multiattach === true) throw new InvalidInput('Volumes attach to one server at a time.');
  if (volume.size === undefined || volume.size === null) {
    throw new InvalidInput("Invalid input for field/attribute size. Value: None. None is not of type 'integer'");
  }
  const wanted = volume.volume_type ?? VOLUME_TYPES[0]?.name;
  const type = VOLUME_TYPES.find(({ id, name }) => id === wanted || name === wanted);
  if (!type) throw new NotFound(`Volume type ${wanted ?? ''} could not be found.`);
  const name = volume.name ?? volume.display_name ?? '';
  const description = volume.description ?? volume.display_description ?? null;
  return {
    typeId: type.id,
    typeName: type.name,
    size: volume.size,
    region: zoneRegion(volume.availability_zone, region),
    name,
    body: {
      volume: { size: volume.size, name, description, volume_type: type.name, metadata: volume.metadata ?? {} },
    },
  };
}

/** Turns Cinder's create into an order at the market, in GiB. */
@Injectable()
export class VolumeCreateService {
  constructor(
    private readonly orders: OrdersService,
    private readonly quotas: QuotasService,
    private readonly inventory: InventoryService,
    private readonly gateway: LandlordGateway,
  ) {}

  async create(
    caller: Principal,
    region: Region,
    request: CreateVolume,
    version: MicroversionValue,
    links: VolumeLinks,
  ): Promise<VolumeDetail> {
    const prepared = prepare(request, region);
    const hints = orderHints(marketHints(request['OS-SCH-HNT:scheduler_hints'] ?? {}));
    const reservations = await this.quotas.reserveVolume(caller.projectId ?? '', prepared.typeId, prepared.size);
    const [reservationId = null] = reservations;
    try {
      const { result } = await this.orders.place(
        caller,
        {
          resourceType: 'volume',
          productId: prepared.typeId,
          quantity: prepared.size,
          hints,
          ...(prepared.region === undefined ? {} : { region: prepared.region }),
        },
        (lease, landlord) => this.provision(caller, prepared, { lease, landlord, reservationId, version, links }),
      );
      return result;
    } finally {
      await this.quotas.release(reservations);
    }
  }

  // The row is in the index before the landlord is asked, so that a crash in between loses nothing.
  private async provision(
    caller: Principal,
    prepared: Prepared,
    placed: {
      lease: Lease;
      landlord: Landlord;
      reservationId: string | null;
      version: MicroversionValue;
      links: VolumeLinks;
    },
  ): Promise<VolumeDetail> {
    const { lease, landlord, reservationId, version, links } = placed;
    const now = new Date();
    const row = {
      type: 'volume' as const,
      id: lease.resource.id,
      leaseId: lease.id,
      landlordId: landlord.id,
      projectId: lease.projectId,
      userId: lease.userId,
      productId: prepared.typeId,
      quantity: prepared.size,
      name: prepared.name,
      status: 'creating',
      keyName: null,
      reservationId,
      createdAt: now,
      updatedAt: now,
      lastView: null,
    };
    await this.inventory.add(row);
    try {
      const { body } = await this.gateway.call(caller, landlord, orderAccess(lease.id), {
        method: 'POST',
        path: `/v3/${lease.projectId}/volumes`,
        microversion: `volume 3.${String(version.minor)}`,
        body: prepared.body,
        schema: VolumeAnswer,
      });
      if (body.volume.id !== row.id) {
        this.gateway.dropped(landlord, 'foreign_id');
        throw new BadGateway(`Landlord ${landlord.name} made another volume than was ordered.`);
      }
      return volumeView(body.volume, row, landlord, links, undefined);
    } catch (error) {
      await this.inventory.remove('volume', row.id, lease.id);
      throw error;
    }
  }
}

function marketHints(hints: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(hints).flatMap(([key, value]) => (key.startsWith('ocx:') ? [[key, String(value)]] : [])),
  );
}
