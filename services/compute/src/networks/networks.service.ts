import { Inject, Injectable } from '@nestjs/common';
import { BackendUnavailable, Conflict } from '@ocx/service-kit/errors';
import { COMPUTE_SETTINGS, type ComputeSettings } from '../compute.config.js';
import { Hypervisor } from '../hypervisor/hypervisor.js';
import type { Owner } from '../servers/server.js';
import { type Network, NetworksRepository } from './networks.repository.js';
import { formatCidr, gatewayOf, parseCidr, subnetAt, subnetCount } from './subnets.js';

/** One network per project: made with its first server, removed after its last. */
@Injectable()
export class NetworksService {
  private readonly making = new Map<string, Promise<Network>>();
  /** Rows as they stand: only here they are changed. */
  private readonly known = new Map<string, Network>();
  /** Subnets of the pool that something else at the engine uses. */
  private readonly foreign = new Set<string>();

  constructor(
    private readonly networks: NetworksRepository,
    private readonly hypervisor: Hypervisor,
    @Inject(COMPUTE_SETTINGS) private readonly settings: ComputeSettings,
  ) {}

  /** The project's network row, made when there is none. Nothing happens at the engine yet. */
  async ensureRow(owner: Owner): Promise<Network> {
    for (let attempt = 0; attempt < 10; attempt++) {
      const found = (await this.networks.find(owner)) ?? (await this.networks.add(owner, await this.freeSubnet()));
      if (found) return found;
    }
    throw new BackendUnavailable('No network could be made for the project.');
  }

  /** The network at the engine; concurrent calls for one network share the work. */
  async ensureAtEngine(id: string): Promise<Network> {
    const running = this.making.get(id);
    if (running) return running;
    const work = this.make(id).finally(() => this.making.delete(id));
    this.making.set(id, work);
    return work;
  }

  find(owner: Owner): Promise<Network | undefined> {
    return this.networks.find(owner);
  }

  /** Removes networks that no server has, here and at the engine. */
  async removeUnused(): Promise<void> {
    this.foreign.clear();
    const rows = await this.networks.list();
    for (const { id } of rows) {
      if (!(await this.networks.removeUnused(id))) continue;
      this.known.delete(id);
      await this.hypervisor.removeNetwork(id);
    }
    const known = new Set((await this.networks.list()).map(({ id }) => id));
    for (const id of await this.hypervisor.listNetworks()) if (!known.has(id)) await this.removeOrphan(id);
  }

  private async removeOrphan(id: string): Promise<void> {
    try {
      await this.hypervisor.removeNetwork(id);
    } catch (error) {
      // A container that is about to be removed still hangs on it; the next pass finds it free.
      if (!(error instanceof Conflict)) throw error;
    }
  }

  private async make(id: string): Promise<Network> {
    for (let attempt = 0; attempt < 64; attempt++) {
      const network = this.known.get(id) ?? (await this.networks.get(id));
      if (!network) throw new BackendUnavailable('The network of the project is gone.');
      const gateway = gatewayOf(parseCidr(network.subnet));
      try {
        await this.hypervisor.ensureNetwork({ id, projectId: network.projectId, subnet: network.subnet, gateway });
        this.known.set(id, network);
        return network;
      } catch (error) {
        if (!(error instanceof Conflict) || error.reason !== 'subnet_in_use') throw error;
        this.foreign.add(network.subnet);
        this.known.delete(id);
        await this.networks.move(id, await this.freeSubnet());
      }
    }
    throw new BackendUnavailable('The engine already uses the subnets of the network pool.');
  }

  private async freeSubnet(): Promise<string> {
    const pool = parseCidr(this.settings.OCX_NETWORK_POOL);
    const prefix = this.settings.OCX_NETWORK_PREFIX;
    const taken = await this.networks.subnets();
    for (let index = 0; index < subnetCount(pool, prefix); index++) {
      const subnet = formatCidr(subnetAt(pool, prefix, index));
      if (!taken.has(subnet) && !this.foreign.has(subnet)) return subnet;
    }
    throw new BackendUnavailable('The network pool of this landlord is exhausted.', { reason: 'no_capacity' });
  }
}
