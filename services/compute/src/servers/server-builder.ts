import { Injectable } from '@nestjs/common';
import { FLAVORS } from '@ocx/openstack-api/exchange/products';
import { BackendUnavailable, NotFound } from '@ocx/service-kit/errors';
import { Hypervisor, type Instance, type InstanceSpec } from '../hypervisor/hypervisor.js';
import { commandOf } from '../images/image.js';
import { ImagesService } from '../images/images.service.js';
import { NetworksService } from '../networks/networks.service.js';
import { parseCidr } from '../networks/subnets.js';
import { instanceFiles } from './instance-files.js';
import type { Server } from './server.js';
import { ServerDirectories } from './server-directories.js';
import { ServersRepository } from './servers.repository.js';
import { TurnsById } from './turns-by-id.js';

/** Turns a server's row into a running instance. What can be done side by side is. */
@Injectable()
export class ServerBuilder {
  private readonly turns = new TurnsById();

  constructor(
    private readonly servers: ServersRepository,
    private readonly hypervisor: Hypervisor,
    private readonly images: ImagesService,
    private readonly networks: NetworksService,
    private readonly directories: ServerDirectories,
  ) {}

  async launch(server: Server): Promise<Instance> {
    const [directories, network, image] = await Promise.all([
      this.directories.prepare(server),
      this.place(server),
      this.images.byId(server.imageId),
    ]);
    const flavor = FLAVORS.find(({ id }) => id === server.flavorId);
    if (!flavor || !image) throw new NotFound('The image or the flavor of the server is gone.');
    const command = commandOf(image);
    const spec: InstanceSpec = {
      id: server.id,
      projectId: server.projectId,
      hostname: server.hostname,
      imageId: image.id,
      ...(command ? { command } : {}),
      vcpus: flavor.vcpus,
      ram: flavor.ram,
      disk: flavor.disk,
      network,
      ...directories,
      files: instanceFiles(server),
    };
    try {
      return await this.hypervisor.launch(spec);
    } catch (error) {
      if (!(error instanceof NotFound) || (await this.hypervisor.hasImage(image.id))) throw error;
      await this.images.restore(image);
      return this.hypervisor.launch(spec);
    }
  }

  /** Starts an instance that exists, after whatever a reboot of the host undid is there again. */
  async start(server: Server): Promise<void> {
    await Promise.all([
      this.directories.prepare(server),
      server.networkId === null ? undefined : this.networks.ensureAtEngine(server.networkId),
    ]);
    await this.hypervisor.start(server.id);
  }

  /** Removes the instance and everything of it on this host. */
  async destroy(server: Pick<Server, 'id' | 'engineId'>): Promise<void> {
    await this.hypervisor.destroy(server.id);
    await this.directories.release(server.id);
  }

  private async place(server: Server): Promise<InstanceSpec['network']> {
    if (server.networkId === null) return null;
    const network = await this.networks.ensureAtEngine(server.networkId);
    // In turn, for all would try the same address; another replica's are told from ours by the database.
    const place = await this.turns.take(network.id, () =>
      this.servers.assignAddress(server.id, network.id, parseCidr(network.subnet)),
    );
    if (!place) throw new BackendUnavailable('The network of the project has no free address.');
    return { id: network.id, ...place };
  }
}
