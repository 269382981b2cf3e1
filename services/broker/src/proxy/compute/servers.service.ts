import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ConsoleOutput } from '@ocx/openstack-api/compute/server-answers';
import { ServerDetail } from '@ocx/openstack-api/compute/servers';
import { BadGateway, BackendUnavailable, NotFound } from '@ocx/service-kit/errors';
import type { MicroversionValue } from '@ocx/service-kit/microversion';
import type { Principal } from '@ocx/service-kit/principal';
import { isOperator } from '../../exchange-api/exchange.policy.js';
import { InventoryService } from '../../inventory/inventory.service.js';
import type { IndexedResource } from '../../inventory/resource.js';
import type { Landlord } from '../../landlords/landlord.js';
import { LeasesService } from '../../market/leases/leases.service.js';
import { LandlordGateway, READ, WRITE } from '../landlord-gateway.js';
import { isIn, type Region } from '../regions/region.js';
import { serverSighting } from './server-sighting.js';
import { type ComputeLinks, serverView } from './server.view.js';

const Detail = z.object({ server: ServerDetail });
export type BelowServer = 'metadata' | 'ips' | 'tags';

/** A server of the caller's, and who has it. */
export interface LocatedServer {
  readonly row: IndexedResource;
  readonly landlord: Landlord;
}

export interface Passed<T> {
  readonly status: number;
  readonly body: T | undefined;
}

export interface BelowRequest {
  readonly method: string;
  readonly what: BelowServer;
  readonly key?: string | undefined;
  readonly body?: unknown;
}

const versionOf = (version: MicroversionValue) => `compute 2.${String(version.minor)}`;

/** One server: found in the index, read and changed at its landlord. */
@Injectable()
export class ServersService {
  constructor(
    private readonly inventory: InventoryService,
    private readonly gateway: LandlordGateway,
    private readonly leases: LeasesService,
  ) {}

  /** Throws {@link NotFound} for what is not the caller's, {@link BackendUnavailable} where the landlord has left. */
  async locate(caller: Principal, region: Region, id: string): Promise<LocatedServer> {
    const row = isUuid(id) ? await this.inventory.locate('server', id) : undefined;
    if (!row || (row.projectId !== caller.projectId && !isOperator(caller))) throw notFound(id);
    if (!region.combined && !isIn(region, row.landlordId)) throw notFound(id);
    const landlord = region.landlords.find((candidate) => candidate.id === row.landlordId);
    if (!landlord) throw new BackendUnavailable(`The landlord of server ${id} has left the exchange.`);
    return { row, landlord };
  }

  async show(
    caller: Principal,
    { row, landlord }: LocatedServer,
    version: MicroversionValue,
    links: ComputeLinks,
  ): Promise<ServerDetail> {
    const { body } = await this.gateway.call(caller, landlord, READ, {
      method: 'GET',
      path: `/v2.1/servers/${row.id}`,
      microversion: versionOf(version),
      schema: Detail,
    });
    return this.own(row, landlord, body.server, links);
  }

  async update(
    caller: Principal,
    { row, landlord }: LocatedServer,
    version: MicroversionValue,
    links: ComputeLinks,
    change: unknown,
  ): Promise<ServerDetail> {
    const { body } = await this.gateway.call(caller, landlord, WRITE, {
      method: 'PUT',
      path: `/v2.1/servers/${row.id}`,
      microversion: versionOf(version),
      body: change,
      // The answer to an update has fewer keys at some microversions; the index is fed by the next read.
      schema: z.object({ server: ServerDetail.partial().required({ id: true, image: true, flavor: true }) }),
    });
    const view = body.server as ServerDetail;
    if (view.id !== row.id) throw this.foreign(landlord);
    const { locked: _locked, ...shown } = serverView(view, row, landlord, links);
    return 'locked' in view ? { ...shown, locked: view.locked } : shown;
  }

  /** Ends the lease; the landlord removes the server and the lease is settled. */
  async delete(caller: Principal, { row }: LocatedServer): Promise<void> {
    await this.leases.end(row.projectId === caller.projectId ? caller : 'system', row.leaseId, 'deleted_by_tenant');
  }

  /** An action, as the tenant gave it. What comes back is nothing, or console output. */
  async act(
    caller: Principal,
    { row, landlord }: LocatedServer,
    version: MicroversionValue,
    action: Record<string, unknown>,
  ): Promise<Passed<z.infer<typeof ConsoleOutput>>> {
    const reads = 'os-getConsoleOutput' in action;
    const answer = await this.gateway.call(caller, landlord, WRITE, {
      method: 'POST',
      path: `/v2.1/servers/${row.id}/action`,
      microversion: versionOf(version),
      body: action,
      ...(reads ? { schema: ConsoleOutput } : {}),
    });
    return { status: reads ? 200 : 202, body: reads ? answer.body : undefined };
  }

  /**
   * Metadata, addresses and tags: below the server, checked by shape and otherwise the landlord's.
   * @param schema what the landlord must answer; nothing of the answer is read without one
   */
  async below<T extends z.ZodType = z.ZodUndefined>(
    caller: Principal,
    { row, landlord }: LocatedServer,
    version: MicroversionValue,
    { method, what, key, body }: BelowRequest,
    schema?: T,
  ): Promise<Passed<z.output<T>>> {
    const answer = await this.gateway.call(caller, landlord, method === 'GET' ? READ : WRITE, {
      method,
      path: `/v2.1/servers/${row.id}/${what}${key === undefined ? '' : `/${encodeURIComponent(key)}`}`,
      microversion: versionOf(version),
      ...(body === undefined ? {} : { body }),
      ...(schema === undefined ? {} : { schema }),
    });
    return { status: answer.status, body: schema === undefined ? undefined : answer.body };
  }

  private own(row: IndexedResource, landlord: Landlord, view: ServerDetail, links: ComputeLinks): ServerDetail {
    if (view.id !== row.id) throw this.foreign(landlord);
    const shown = serverView(view, row, landlord, links);
    this.inventory.saw('server', [serverSighting(shown)]);
    return shown;
  }

  private foreign(landlord: Landlord): BadGateway {
    this.gateway.dropped(landlord, 'foreign_id');
    return new BadGateway(`Landlord ${landlord.name} answered about another server.`);
  }
}

function isUuid(id: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(id);
}

function notFound(id: string): NotFound {
  return new NotFound(`Instance ${id.slice(0, 64)} could not be found.`);
}
