import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ServerDetail, type ServerListQuery } from '@ocx/openstack-api/compute/servers';
import { type ShownServer } from '@ocx/openstack-api/compute/server-answers';
import { InvalidInput } from '@ocx/service-kit/errors';
import type { MicroversionValue } from '@ocx/service-kit/microversion';
import type { Principal } from '@ocx/service-kit/principal';
import { InventoryService } from '../../inventory/inventory.service.js';
import type { IndexedResource } from '../../inventory/resource.js';
import type { Landlord } from '../../landlords/landlord.js';
import { fanOut } from '../fan-out.js';
import { LandlordGateway, READ } from '../landlord-gateway.js';
import { pageOf, type SortableRow, sortOrders } from '../page.js';
import { ProxySettings } from '../proxy-settings.js';
import type { Region } from '../regions/region.js';
import { serverSighting } from './server-sighting.js';
import { type ComputeLinks, serverView, unknownServerView } from './server.view.js';

const Page = z.object({ servers: z.array(z.unknown()).max(1000) });
const PAGE_SIZE = 1000;
const MAX_PAGES = 10;
const MAX_LIMIT = 1000;

/** Filters that the landlords apply to their own rows; paging, sorting and zones are the broker's. */
const PASSED_FILTERS = ['name', 'status', 'image', 'flavor', 'ip', 'changes-since', 'tags'] as const;

const SORT_COLUMNS: Readonly<Record<string, string>> = {
  created_at: 'created',
  updated_at: 'updated',
  display_name: 'name',
  name: 'name',
  uuid: 'id',
  id: 'id',
  vm_state: 'status',
  status: 'status',
  availability_zone: 'zone',
  project_id: 'project',
  user_id: 'user',
};

export interface ServerList {
  readonly views: ShownServer[];
  readonly more: boolean;
  readonly silent: readonly Landlord[];
}

interface Row extends SortableRow {
  readonly view: ShownServer;
}

interface Question {
  readonly caller: Principal;
  readonly region: Region;
  readonly query: ServerListQuery;
  readonly version: MicroversionValue;
  readonly links: ComputeLinks;
}

function keysOf(row: IndexedResource, zone: string): SortableRow['keys'] {
  return {
    id: row.id,
    created: row.createdAt.getTime(),
    updated: row.updatedAt.getTime(),
    name: row.name,
    status: row.status,
    zone,
    project: row.projectId,
    user: row.userId,
  };
}

/** One list of the servers of all landlords in a region. */
@Injectable()
export class ServerListService {
  constructor(
    private readonly inventory: InventoryService,
    private readonly gateway: LandlordGateway,
    private readonly settings: ProxySettings,
  ) {}

  async list(question: Question): Promise<ServerList> {
    const { region, query, caller } = question;
    const orders = sortOrders(query, SORT_COLUMNS);
    const zone = query.availability_zone;
    const landlords = region.landlords.filter(({ name }) => zone === undefined || zone === name);
    const index = await this.inventory.list('server', caller.projectId);
    const leased = new Map(index.map((row) => [row.id, row]));
    const marker = this.marker(query.marker, leased, landlords);
    const { answers, silent } = await fanOut(landlords, this.settings.landlordDeadlineMs, (landlord) =>
      this.ask(question, landlord, leased),
    );
    const rows = [
      ...answers.flatMap(({ result }) => result),
      ...silent.flatMap((landlord) => this.fromIndex(question, landlord, index)),
    ].filter(({ id }) => query.uuid === undefined || id === query.uuid);
    const limit = Math.min(query.limit ?? MAX_LIMIT, MAX_LIMIT);
    const page = pageOf(rows, { orders, limit, marker });
    return { views: page.rows.map(({ view }) => view), more: page.more, silent };
  }

  /** Servers of all projects, for administrators: from the broker's own records, for its admin is nobody at a landlord. */
  async listAll(question: Question): Promise<ServerList> {
    const { region, query, links, version } = question;
    const index = await this.inventory.list('server');
    const rows = region.landlords.flatMap((landlord) =>
      index
        .filter((row) => row.landlordId === landlord.id)
        .map((row): Row => {
          const view = unknownServerView(row, landlord, links, Math.min(version.minor, 68), 'list');
          const known = { ...view, status: row.status, tenant_id: row.projectId } as ShownServer;
          return { id: row.id, keys: keysOf(row, landlord.name), view: known };
        }),
    );
    const marker = rows.find(({ id }) => id === query.marker);
    if (query.marker !== undefined && !marker) throw new InvalidInput(`marker [${query.marker}] not found`);
    const limit = Math.min(query.limit ?? MAX_LIMIT, MAX_LIMIT);
    const page = pageOf(rows, { orders: sortOrders(query, SORT_COLUMNS), limit, marker });
    return { views: page.rows.map(({ view }) => view), more: page.more, silent: [] };
  }

  private marker(
    marker: string | undefined,
    leased: ReadonlyMap<string, IndexedResource>,
    landlords: readonly Landlord[],
  ): SortableRow | undefined {
    if (marker === undefined) return undefined;
    const row = leased.get(marker);
    if (!row) throw new InvalidInput(`marker [${marker}] not found`);
    return { id: row.id, keys: keysOf(row, landlords.find(({ id }) => id === row.landlordId)?.name ?? '') };
  }

  /** Every page of one landlord. Its links are not followed: the next page is asked for by the last row's id. */
  private async ask(
    question: Question,
    landlord: Landlord,
    leased: ReadonlyMap<string, IndexedResource>,
  ): Promise<Row[]> {
    const rows: Row[] = [];
    let marker: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const { body } = await this.gateway.call(question.caller, landlord, READ, {
        method: 'GET',
        path: `/v2.1/servers/detail?${this.filters(question.query, marker)}`,
        microversion: `compute 2.${String(question.version.minor)}`,
        schema: Page,
      });
      const views = this.usable(landlord, body.servers, leased, question.caller.projectId);
      const seen = views.map(({ view, row }) => ({
        view: serverView(view, row, landlord, question.links),
        row,
      }));
      this.inventory.saw(
        'server',
        seen.map(({ view }) => serverSighting(view)),
      );
      rows.push(...seen.map(({ view, row }) => ({ id: view.id, keys: viewKeys(view, row, landlord), view })));
      const last = views.at(-1)?.view.id;
      if (body.servers.length < PAGE_SIZE || last === undefined) break;
      marker = last;
    }
    return rows;
  }

  private filters(query: ServerListQuery, marker: string | undefined): string {
    const parameters = new URLSearchParams({ limit: String(PAGE_SIZE) });
    for (const name of PASSED_FILTERS) {
      for (const value of [query[name]].flat()) if (value !== undefined) parameters.append(name, value);
    }
    if (marker !== undefined) parameters.set('marker', marker);
    return parameters.toString();
  }

  /** Rows that are servers, leased at that landlord in that project. The others are dropped and counted. */
  private usable(
    landlord: Landlord,
    servers: readonly unknown[],
    leased: ReadonlyMap<string, IndexedResource>,
    projectId: string | undefined,
  ): { view: ServerDetail; row: IndexedResource }[] {
    return servers.flatMap((server) => {
      const view = ServerDetail.safeParse(server);
      if (!view.success) {
        this.gateway.dropped(landlord, 'malformed_row');
        return [];
      }
      const row = leased.get(view.data.id);
      if (row?.landlordId === landlord.id && row.projectId === projectId) return [{ view: view.data, row }];
      this.gateway.dropped(landlord, 'foreign_id');
      return [];
    });
  }

  private fromIndex(question: Question, landlord: Landlord, index: readonly IndexedResource[]): Row[] {
    const { name, flavor } = question.query;
    return index
      .filter((row) => row.landlordId === landlord.id)
      .filter((row) => name === undefined || row.name.includes(name))
      .filter((row) => flavor === undefined || row.productId === flavor)
      .map((row) => ({
        id: row.id,
        keys: keysOf({ ...row, status: 'UNKNOWN' }, landlord.name),
        view: unknownServerView(row, landlord, question.links, question.version.minor, 'list'),
      }));
  }
}

function viewKeys(view: ServerDetail, row: IndexedResource, landlord: Landlord): SortableRow['keys'] {
  return {
    ...keysOf(row, landlord.name),
    created: Date.parse(view.created) || row.createdAt.getTime(),
    updated: Date.parse(view.updated) || row.updatedAt.getTime(),
    name: view.name,
    status: view.status,
  };
}
