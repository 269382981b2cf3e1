import { Injectable } from '@nestjs/common';
import { LeaseEnding } from '@ocx/landlord-kit/leases/lease-ending.service';
import type { CreateServer, ServerAction, ServerListQuery } from '@ocx/openstack-api/compute/servers';
import { Conflict, Forbidden, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { type Admitted, ServerAdmission } from './server-admission.js';
import { ImagesService } from '../images/images.service.js';
import { NetworksService } from '../networks/networks.service.js';
import { amountsOf, checkQuota } from '../quotas/quotas.js';
import { ownerOf } from './owner.js';
import { hostnameFor, type Server } from './server.js';
import { checkCreate, imageOf, wantsNetwork } from './server-request.js';
import { ServerLifecycle } from './server-lifecycle.js';
import { type ServerChange, type ServerSort, ServersRepository } from './servers.repository.js';
import { serverFilter } from './server-filter.js';

type Action = 'start' | 'stop' | 'reboot' | 'reboot hard';

const ACTIONS = (action: ServerAction): Action | undefined => {
  if ('os-start' in action) return 'start';
  if ('os-stop' in action) return 'stop';
  if ('reboot' in action) return action.reboot.type === 'HARD' ? 'reboot hard' : 'reboot';
  return undefined;
};

@Injectable()
export class ServersService {
  constructor(
    private readonly servers: ServersRepository,
    private readonly lifecycle: ServerLifecycle,
    private readonly admission: ServerAdmission,
    private readonly images: ImagesService,
    private readonly networks: NetworksService,
  ) {}

  /** Answers as soon as the rows stand; building goes on in the background. The first server is returned. */
  async create(caller: Principal, request: CreateServer): Promise<Server> {
    checkCreate(request);
    const admitted = await this.admission.admit(caller, request);
    const repeated = admitted.lease && (await this.servers.byId(admitted.lease.resource.id));
    if (repeated) return this.repeated(repeated, caller);
    const [image, network] = await Promise.all([
      this.images.bootable(caller, imageOf(request)),
      wantsNetwork(request) ? this.networks.ensureRow(ownerOf(caller)) : undefined,
    ]);
    if (image.min_ram > admitted.flavor.ram)
      throw new InvalidInput("Flavor's memory is too small for requested image.");
    if (image.min_disk > admitted.flavor.disk)
      throw new InvalidInput("Flavor's disk is too small for requested image.");
    this.checkNetworks(request, network?.id);
    const servers = admitted.ids.map((id, index) =>
      draft(caller, request, admitted, { id, index, imageId: image.id, networkId: network?.id ?? null }),
    );
    await this.add(caller, servers);
    for (const server of servers) void this.lifecycle.build(server, image);
    const [first] = servers;
    if (!first) throw new InvalidInput('No server was asked for.');
    return first;
  }

  async show(caller: Principal, id: string): Promise<Server> {
    const server = await this.servers.find(ownerOf(caller), id);
    if (!server) throw new NotFound(`Instance ${id} could not be found.`);
    return server;
  }

  async list(caller: Principal, query: ServerListQuery, sort: ServerSort[], limit: number): Promise<Server[]> {
    const filter = serverFilter(query);
    if (!filter) return [];
    const marker = query.marker === undefined ? undefined : await this.servers.find(ownerOf(caller), query.marker);
    if (query.marker !== undefined && !marker) throw new InvalidInput(`marker [${query.marker}] not found`);
    return this.servers.list(ownerOf(caller), filter, { sort, limit, ...(marker ? { marker } : {}) });
  }

  async update(caller: Principal, id: string, change: ServerChange): Promise<Server> {
    const server = await this.show(caller, id);
    await this.servers.change({ id: server.id }, change);
    return this.show(caller, id);
  }

  /** Marks the server and returns; it is gone from the engine shortly after. */
  async delete(caller: Principal, id: string, endings: LeaseEnding): Promise<void> {
    const server = await this.show(caller, id);
    await this.servers.change({ id }, { taskState: 'deleting' });
    // The lease's end destroys the server, frees the capacity and signs the last usage record. What fails now is taken
    // up by the reconciler, for the row says so.
    const work = server.leaseId === null ? this.lifecycle.destroy(server) : endings.end(server.leaseId);
    work.catch(() => undefined);
  }

  async act(caller: Principal, id: string, action: ServerAction): Promise<void> {
    const server = await this.show(caller, id);
    const name = ACTIONS(action);
    if (name === undefined) throw new InvalidInput('There is no such action.');
    await this.lifecycle.begin(server, name);
  }

  private repeated(server: Server, caller: Principal): Server {
    if (server.realm === caller.realm && server.projectId === caller.projectId) return server;
    throw new Forbidden('The lease does not permit to create this.');
  }

  private checkNetworks(request: CreateServer, networkId: string | undefined): void {
    if (!Array.isArray(request.networks)) return;
    for (const { uuid, port, fixed_ip: fixed } of request.networks) {
      if (port !== undefined) throw new InvalidInput(`Port ${port} could not be found.`);
      if (fixed !== undefined) throw new InvalidInput('A fixed address cannot be chosen here.');
      if (uuid !== undefined && uuid !== networkId) throw new InvalidInput(`Network ${uuid} could not be found.`);
    }
    if (request.networks.length > 1) throw new InvalidInput('A server has one network here.');
  }

  private async add(caller: Principal, servers: readonly Server[]): Promise<void> {
    const owner = ownerOf(caller);
    const limits = await this.admission.quotas.limitsOf(owner);
    await this.servers.transaction(async (manager) => {
      if (owner.realm === 'own') {
        await this.servers.lockProject(manager, owner);
        const used = amountsOf(await this.servers.flavorsInUse(owner, manager));
        checkQuota(limits, used, amountsOf(servers.map(({ flavorId }) => flavorId)));
      }
      for (const server of servers) {
        if (!(await this.servers.add(manager, server))) throw new Conflict(`Instance ${server.id} already exists.`);
      }
      const [first] = servers;
      if (!first) return;
      if (first.leaseId === null) await this.admission.take(manager, first.flavorId, servers.length);
      else await this.admission.forgetBoot(first.leaseId, manager);
    });
  }
}

function draft(
  caller: Principal,
  request: CreateServer,
  admitted: Admitted,
  place: { id: string; index: number; imageId: string; networkId: string | null },
): Server {
  const { id, index, imageId, networkId } = place;
  const name = admitted.ids.length > 1 ? `${request.name}-${index + 1}` : request.name;
  const now = new Date();
  return {
    ...ownerOf(caller),
    id,
    userId: caller.userId,
    leaseId: admitted.lease?.id ?? null,
    name,
    description: request.description ?? null,
    imageId,
    flavorId: admitted.flavor.id,
    vmState: 'building',
    taskState: 'scheduling',
    fault: null,
    keyName: request.key_name ?? null,
    publicKeys: admitted.publicKeys,
    userData: admitted.userData,
    hostname: admitted.hostname ?? hostnameFor(name, id),
    metadata: request.metadata ?? {},
    tags: [...new Set(request.tags ?? [])],
    accessIPv4: request.accessIPv4 ?? '',
    accessIPv6: request.accessIPv6 ?? '',
    diskConfig: request['OS-DCF:diskConfig'] ?? 'MANUAL',
    configDrive: request.config_drive === true,
    networkId,
    address: null,
    mac: null,
    engineId: null,
    createdAt: now,
    updatedAt: now,
    launchedAt: null,
  };
}
