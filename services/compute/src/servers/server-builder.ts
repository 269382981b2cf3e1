import { Injectable } from '@nestjs/common';
import { FLAVORS } from '@ocx/openstack-api/exchange/products';
import { NotFound } from '@ocx/service-kit/errors';
import { Hypervisor, type Instance, type InstanceSpec } from '../hypervisor/hypervisor.js';
import { commandOf, type Image } from '../images/image.js';
import { ImagesService } from '../images/images.service.js';
import { NetworksService } from '../networks/networks.service.js';
import { instanceFiles } from './instance-files.js';
import type { Server } from './server.js';
import { ServerDirectories } from './server-directories.js';
import { ServerPlaces } from './server-places.js';

/** Turns a server's row into a running instance. What can be done side by side is. */
@Injectable()
export class ServerBuilder {
  constructor(
    private readonly hypervisor: Hypervisor,
    private readonly images: ImagesService,
    private readonly networks: NetworksService,
    private readonly directories: ServerDirectories,
    private readonly places: ServerPlaces,
  ) {}

  /** @param known the server's image, where it was just read */
  async launch(server: Server, known?: Image): Promise<Instance> {
    const [directories, place, image] = await Promise.all([
      this.directories.prepare(server),
      this.places.of(server),
      known ?? this.images.byId(server.imageId),
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
      network: place,
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
}
