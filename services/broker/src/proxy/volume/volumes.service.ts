import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { type VolumeAction, VolumeAnswer, type VolumeDetail } from '@ocx/openstack-api/block-storage/volumes';
import { BackendUnavailable, BadGateway, Conflict, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import type { MicroversionValue } from '@ocx/service-kit/microversion';
import type { Principal } from '@ocx/service-kit/principal';
import { InventoryService } from '../../inventory/inventory.service.js';
import type { IndexedResource } from '../../inventory/resource.js';
import type { Landlord } from '../../landlords/landlord.js';
import { LeasesService } from '../../market/leases/leases.service.js';
import { AttachmentsService } from '../attachments/attachments.service.js';
import { LandlordGateway, READ, WRITE } from '../landlord-gateway.js';
import type { Region } from '../regions/region.js';
import { type VolumeLinks, volumeSighting, volumeView } from './volume.view.js';

export interface LocatedVolume {
  readonly row: IndexedResource;
  readonly landlord: Landlord;
}

export interface MetadataRequest {
  readonly method: string;
  readonly key?: string | undefined;
  readonly body?: unknown;
}

/** What a landlord does to a volume on a tenant's word. Attaching and detaching go through the server. */
const PASSED_ACTIONS = ['os-set_bootable', 'os-update_readonly_flag'];

/** One volume: found in the index, read and changed at its landlord. */
@Injectable()
export class VolumesService {
  constructor(
    private readonly inventory: InventoryService,
    private readonly gateway: LandlordGateway,
    private readonly leases: LeasesService,
    private readonly attachments: AttachmentsService,
  ) {}

  async locate(caller: Principal, region: Region, id: string): Promise<LocatedVolume> {
    const row = z.uuid().safeParse(id).success ? await this.inventory.locate('volume', id) : undefined;
    if (!row || row.projectId !== caller.projectId) throw notFound(id);
    const landlord = region.landlords.find((candidate) => candidate.id === row.landlordId);
    if (landlord) return { row, landlord };
    if (!region.combined) throw notFound(id);
    throw new BackendUnavailable(`The landlord of volume ${id} has left the exchange.`);
  }

  async show(
    caller: Principal,
    located: LocatedVolume,
    version: MicroversionValue,
    links: VolumeLinks,
  ): Promise<VolumeDetail> {
    return this.read(caller, located, version, links, { method: 'GET' });
  }

  async update(
    caller: Principal,
    located: LocatedVolume,
    version: MicroversionValue,
    links: VolumeLinks,
    change: unknown,
  ): Promise<VolumeDetail> {
    return this.read(caller, located, version, links, { method: 'PUT', body: change });
  }

  /** Ends the lease. A volume that a server uses stays: whoever can detach could read others' (CVE-2023-2088). */
  async delete(caller: Principal, { row }: LocatedVolume): Promise<void> {
    if ((await this.attachments.ofVolumes([row.id])).length > 0) {
      throw new InvalidInput(
        'Invalid volume: Volume status must be available or error or error_restoring or error_extending or ' +
          'error_managing and must not be migrating, attached, belong to a group, have snapshots or be disassociated ' +
          'from snapshots after volume transfer.',
      );
    }
    await this.leases.end(caller, row.leaseId, 'deleted_by_tenant');
  }

  async act(
    caller: Principal,
    { row, landlord }: LocatedVolume,
    version: MicroversionValue,
    action: VolumeAction,
  ): Promise<void> {
    const [name = ''] = Object.keys(action);
    if (name === 'os-detach' || name === 'os-force_detach' || name === 'os-begin_detaching') {
      await this.refuseDetach(row);
    }
    if (!PASSED_ACTIONS.includes(name)) {
      throw new InvalidInput(`Action ${name} is not available: volumes are attached through the server's API.`);
    }
    await this.gateway.call(caller, landlord, WRITE, {
      method: 'POST',
      path: `/v3/${caller.projectId ?? ''}/volumes/${row.id}/action`,
      microversion: `volume 3.${String(version.minor)}`,
      body: action,
    });
  }

  /** The volume's metadata or one item of it: checked by shape, otherwise the landlord's. */
  async metadata<T extends z.ZodType = z.ZodUndefined>(
    caller: Principal,
    { row, landlord }: LocatedVolume,
    version: MicroversionValue,
    { method, key, body }: MetadataRequest,
    schema?: T,
  ): Promise<z.output<T> | undefined> {
    const answer = await this.gateway.call(caller, landlord, method === 'GET' ? READ : WRITE, {
      method,
      path: `/v3/${caller.projectId ?? ''}/volumes/${row.id}/metadata${key === undefined ? '' : `/${encodeURIComponent(key)}`}`,
      microversion: `volume 3.${String(version.minor)}`,
      ...(body === undefined ? {} : { body }),
      ...(schema === undefined ? {} : { schema }),
    });
    return schema === undefined ? undefined : answer.body;
  }

  private async refuseDetach(row: IndexedResource): Promise<never> {
    const [attachment] = await this.attachments.ofVolumes([row.id]);
    if (attachment) {
      throw new Conflict(
        `Volume ${row.id} is in use by server ${attachment.serverId}; detach it through the server's API.`,
      );
    }
    throw new InvalidInput(`Invalid volume: Unable to detach volume. Volume ${row.id} is not attached.`);
  }

  private async read(
    caller: Principal,
    { row, landlord }: LocatedVolume,
    version: MicroversionValue,
    links: VolumeLinks,
    request: { method: 'GET' | 'PUT'; body?: unknown },
  ): Promise<VolumeDetail> {
    const [answer, [attachment]] = await Promise.all([
      this.gateway.call(caller, landlord, request.method === 'GET' ? READ : WRITE, {
        ...request,
        path: `/v3/${caller.projectId ?? ''}/volumes/${row.id}`,
        microversion: `volume 3.${String(version.minor)}`,
        schema: VolumeAnswer,
      }),
      this.attachments.shownOfVolumes(caller, [row.id]),
    ]);
    const view = answer.body.volume;
    if (view.id !== row.id) {
      this.gateway.dropped(landlord, 'foreign_id');
      throw new BadGateway(`Landlord ${landlord.name} answered about another volume.`);
    }
    this.inventory.saw('volume', [volumeSighting(view, row)]);
    return volumeView(view, row, landlord, links, attachment);
  }
}

function notFound(id: string): NotFound {
  return new NotFound(`Volume ${id.slice(0, 64)} could not be found.`);
}
