import { Injectable } from '@nestjs/common';
import { BackendUnavailable } from '@ocx/service-kit/errors';
import type { InstanceSpec } from '../hypervisor/hypervisor.js';
import type { Network } from '../networks/networks.repository.js';
import { NetworksService } from '../networks/networks.service.js';
import { formatAddress, hostRange, macFor, parseCidr } from '../networks/subnets.js';
import type { Server } from './server.js';
import { AddressTaken, type Expected, type ServerChange, ServersRepository } from './servers.repository.js';
import { TurnsById } from './turns-by-id.js';

type Place = Pick<Server, 'address' | 'mac'>;

/** Where servers are on their networks: each keeps the address it was given first. */
@Injectable()
export class ServerPlaces {
  private readonly turns = new TurnsById();

  constructor(
    private readonly servers: ServersRepository,
    private readonly networks: NetworksService,
  ) {}

  /** The server's place, given to it now when it has none; null without a network, which is made at the engine. */
  async of(server: Server): Promise<InstanceSpec['network']> {
    if (server.networkId === null) return null;
    const placed = await this.change(server, { id: server.id }, {});
    if (placed?.address == null || placed.mac === null) throw new BackendUnavailable('The server is gone.');
    return { id: server.networkId, address: placed.address, mac: placed.mac };
  }

  /**
   * Changes the server's row and gives it the lowest free address of its network, unless it has one. Gives the server as it
   * is then; undefined, and nothing changed, when it is not in the expected state.
   */
  async change(server: Server, expected: Expected, change: ServerChange): Promise<Server | undefined> {
    if (server.networkId === null) return this.write(server, expected, change);
    const network = await this.networks.ensureAtEngine(server.networkId);
    if (server.address !== null) return this.write(server, expected, change);
    // In turn, for all would try the same address; another replica's are told from ours by the database.
    return this.turns.take(network.id, async () => {
      for (;;) {
        const place = await this.free(network);
        try {
          return await this.write(server, expected, { ...change, ...place });
        } catch (error) {
          if (!(error instanceof AddressTaken)) throw error;
        }
      }
    });
  }

  private async write(server: Server, expected: Expected, change: ServerChange): Promise<Server | undefined> {
    const isNothing = Object.keys(change).length === 0;
    return isNothing || (await this.servers.change(expected, change)) ? { ...server, ...change } : undefined;
  }

  private async free(network: Network): Promise<Place> {
    const taken = await this.servers.addresses(network.id);
    const { first, last } = hostRange(parseCidr(network.subnet));
    for (let number = first; number <= last; number++) {
      const address = formatAddress(number);
      if (!taken.has(address)) return { address, mac: macFor(number) };
    }
    throw new BackendUnavailable('The network of the project has no free address.');
  }
}
