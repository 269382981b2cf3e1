import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { VolumeDetail } from '@ocx/openstack-api/block-storage/volumes';
import { InvalidInput } from '@ocx/service-kit/errors';
import type { MicroversionValue } from '@ocx/service-kit/microversion';
import type { Principal } from '@ocx/service-kit/principal';
import { InventoryService } from '../../inventory/inventory.service.js';
import type { IndexedResource } from '../../inventory/resource.js';
import type { Landlord } from '../../landlords/landlord.js';
import type { Attachment } from '../attachments/attachment.js';
import { AttachmentsService } from '../attachments/attachments.service.js';
import { fanOut } from '../fan-out.js';
import { LandlordGateway, READ } from '../landlord-gateway.js';
import { pageOf, type SortableRow, type SortOrder } from '../page.js';
import { ProxySettings } from '../proxy-settings.js';
import type { Region } from '../regions/region.js';
import type { VolumeQuery } from './volume.requests.js';
import { lastSeenVolume, type VolumeLinks, volumeSighting, volumeView } from './volume.view.js';

const PAGE_SIZE = 1000;
const MAX_PAGES = 10;
const Page = z.object({ volumes: z.array(z.unknown()).max(PAGE_SIZE) });

export interface VolumeQuestion {
  readonly caller: Principal;
  readonly region: Region;
  readonly query: VolumeQuery;
  readonly orders: readonly SortOrder[];
  readonly version: MicroversionValue;
  readonly links: VolumeLinks;
}

export interface VolumeListing {
  readonly volumes: VolumeDetail[];
  readonly more: boolean;
  /** Before the page was cut. */
  readonly count: number;
  readonly silent: readonly Landlord[];
}

function keysOf(volume: VolumeDetail): SortableRow['keys'] {
  return {
    id: volume.id,
    name: volume.name,
    status: volume.status,
    size: volume.size,
    created: volume.created_at,
    updated: volume.updated_at,
    zone: volume.availability_zone,
    bootable: volume.bootable,
  };
}

function isMatch(volume: VolumeDetail, { name, status, metadata, bootable }: VolumeQuery): boolean {
  return (
    (name === undefined || volume.name === name) &&
    (status === undefined || volume.status === status) &&
    (bootable === undefined || volume.bootable === bootable) &&
    Object.entries(metadata).every(([key, value]) => volume.metadata[key] === value)
  );
}

/** One list of the volumes of all landlords in a region; filters and paging are the broker's. */
@Injectable()
export class VolumeListService {
  constructor(
    private readonly inventory: InventoryService,
    private readonly gateway: LandlordGateway,
    private readonly attachments: AttachmentsService,
    private readonly settings: ProxySettings,
  ) {}

  async list(question: VolumeQuestion): Promise<VolumeListing> {
    const { caller, region, query, links } = question;
    const zone = query.availability_zone;
    const landlords = region.landlords.filter(({ name }) => zone === undefined || zone === name);
    const index = await this.inventory.list('volume', query.all_tenants ? undefined : caller.projectId);
    const leased = new Map(index.map((row) => [row.id, row]));
    const attached = await this.attachedTo(caller, index);
    // Other projects' volumes are shown from the broker's own records: its admin is nobody at a landlord.
    const asked = query.all_tenants ? [] : landlords;
    const { answers, silent } = await fanOut(asked, this.settings.landlordDeadlineMs, (landlord) =>
      this.ask(question, landlord, leased, attached),
    );
    const unasked = query.all_tenants ? landlords : silent;
    const known = unasked.flatMap((landlord) =>
      index
        .filter((row) => row.landlordId === landlord.id)
        .map((row) => lastSeenVolume(row, landlord, links, attached.get(row.id))),
    );
    const all = [...answers.flatMap(({ result }) => result), ...known];
    const rows = all
      .filter((volume) => isMatch(volume, query))
      .map((volume) => ({ id: volume.id, keys: keysOf(volume), volume }));
    const page = pageOf(rows, {
      orders: question.orders,
      limit: query.limit,
      marker: this.marker(question, all, leased, landlords),
    });
    const start = query.offset ?? 0;
    return {
      volumes: page.rows.slice(start).map(({ volume }) => volume),
      more: page.more,
      count: rows.length,
      silent,
    };
  }

  private async attachedTo(caller: Principal, index: readonly IndexedResource[]): Promise<Map<string, Attachment>> {
    const ids = index.map(({ id }) => id);
    const rows = await this.attachments.shownOfVolumes(caller, ids);
    return new Map(rows.map((row) => [row.volumeId, row]));
  }

  private marker(
    { query, links }: VolumeQuestion,
    all: readonly VolumeDetail[],
    leased: ReadonlyMap<string, IndexedResource>,
    landlords: readonly Landlord[],
  ): SortableRow | undefined {
    const { marker } = query;
    if (marker === undefined) return undefined;
    const row = leased.get(marker);
    if (!row) throw new InvalidInput(`marker [${marker}] not found`);
    const shown = all.find(({ id }) => id === marker);
    const landlord = landlords.find(({ id }) => id === row.landlordId) ?? landlords[0];
    if (shown) return { id: marker, keys: keysOf(shown) };
    return landlord && { id: marker, keys: keysOf(lastSeenVolume(row, landlord, links, undefined)) };
  }

  /** Every page of one landlord. Its links are not followed: the next page is asked for by the last row's id. */
  private async ask(
    { caller, version, links }: VolumeQuestion,
    landlord: Landlord,
    leased: ReadonlyMap<string, IndexedResource>,
    attached: ReadonlyMap<string, Attachment>,
  ): Promise<VolumeDetail[]> {
    const volumes: VolumeDetail[] = [];
    let marker: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const after = marker === undefined ? '' : `&marker=${marker}`;
      const { body } = await this.gateway.call(caller, landlord, READ, {
        method: 'GET',
        path: `/v3/${caller.projectId ?? ''}/volumes/detail?limit=${String(PAGE_SIZE)}${after}`,
        microversion: `volume 3.${String(version.minor)}`,
        schema: Page,
      });
      for (const row of body.volumes) {
        const volume = this.usable(landlord, row, leased);
        if (!volume) continue;
        this.inventory.saw('volume', [volumeSighting(volume.view, volume.row)]);
        volumes.push(volumeView(volume.view, volume.row, landlord, links, attached.get(volume.row.id)));
      }
      marker = volumes.at(-1)?.id;
      if (body.volumes.length < PAGE_SIZE || marker === undefined) break;
    }
    return volumes;
  }

  private usable(
    landlord: Landlord,
    candidate: unknown,
    leased: ReadonlyMap<string, IndexedResource>,
  ): { view: VolumeDetail; row: IndexedResource } | undefined {
    const view = VolumeDetail.safeParse(candidate);
    if (!view.success) {
      this.gateway.dropped(landlord, 'malformed_row');
      return undefined;
    }
    const row = leased.get(view.data.id);
    if (row?.landlordId === landlord.id) return { view: view.data, row };
    this.gateway.dropped(landlord, 'foreign_id');
    return undefined;
  }
}
