import { Injectable } from '@nestjs/common';
import type { CreateServer } from '@ocx/openstack-api/compute/servers';
import { FLAVORS } from '@ocx/openstack-api/exchange/products';
import { InvalidInput, NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import type { Image } from '../../images/image.js';
import { ImagesService } from '../../images/images.service.js';
import { KeypairsService } from '../../keypairs/keypairs.service.js';
import { zoneRegion } from '../availability-zone.js';
import { networkId, securityGroupId } from '../network/tenant-network.js';
import type { Region } from '../regions/region.js';

/** A create that was checked as far as the broker can: nothing has been ordered yet. */
export interface PreparedServer {
  readonly projectId: string;
  readonly flavorId: string;
  readonly image: Image;
  readonly publicKeys: string[];
  /** The landlord's region where the tenant named one. */
  readonly region: string | undefined;
  readonly server: CreateServer;
  readonly hints: Record<string, string | string[]>;
}

const lastSegment = (reference: string) => reference.slice(reference.lastIndexOf('/') + 1);

// Tenants are apart by their networks; there is one group, and it cannot be changed.
function checkSecurityGroups({ security_groups: groups }: CreateServer, projectId: string): void {
  const unknown = groups?.find(({ name }) => name !== 'default' && name !== securityGroupId(projectId));
  if (unknown) throw new InvalidInput(`Unable to find security_group with name or id '${unknown.name}'`);
}

/** Everything that can be refused before an order is placed. */
@Injectable()
export class ServerPreparation {
  constructor(
    private readonly images: ImagesService,
    private readonly keypairs: KeypairsService,
  ) {}

  async prepare(
    caller: Principal,
    region: Region,
    body: { server: CreateServer; hints: Record<string, string | string[]> },
  ): Promise<PreparedServer> {
    const { server, hints } = body;
    const projectId = caller.projectId ?? '';
    const flavorId = lastSegment(server.flavorRef);
    checkSecurityGroups(server, projectId);
    if (!FLAVORS.some(({ id }) => id === flavorId)) throw new InvalidInput(`Flavor ${flavorId} could not be found.`);
    return {
      projectId,
      flavorId,
      image: await this.image(caller, server),
      publicKeys: await this.publicKeys(caller, server.key_name),
      region: this.networkRegion(server, region, projectId) ?? zoneRegion(server.availability_zone, region),
      server,
      hints,
    };
  }

  private async image(caller: Principal, server: CreateServer): Promise<Image> {
    const booted = server.block_device_mapping_v2?.find(({ source_type: source }) => source === 'image')?.uuid;
    const reference = server.imageRef === undefined || server.imageRef === '' ? booted : lastSegment(server.imageRef);
    if (reference === undefined) throw new InvalidInput('Invalid image: an image is needed to boot from.');
    const image = await this.images.show(caller, reference).catch((error: unknown) => {
      if (error instanceof NotFound) throw new InvalidInput(`Image ${reference} could not be found.`);
      throw error;
    });
    if (image.status !== 'active') throw new InvalidInput(`Image ${image.id} is not active.`);
    return image;
  }

  private async publicKeys(caller: Principal, name: string | null | undefined): Promise<string[]> {
    if (name === undefined || name === null) return [];
    const keypair = await this.keypairs.show(caller.userId, name).catch((error: unknown) => {
      if (error instanceof NotFound) throw new InvalidInput('Invalid key_name provided.');
      throw error;
    });
    return [keypair.publicKey];
  }

  // A network is a landlord's, so naming one names the landlord.
  private networkRegion(server: CreateServer, region: Region, projectId: string): string | undefined {
    const { networks } = server;
    if (!Array.isArray(networks) || networks.length === 0) return undefined;
    const [wanted] = networks;
    if (networks.length > 1 || wanted?.port !== undefined || wanted?.fixed_ip !== undefined) {
      throw new InvalidInput(
        'A server has the one network of its project at its landlord; ports and addresses cannot be chosen.',
      );
    }
    if (wanted?.uuid === undefined) return undefined;
    const landlord = region.landlords.find((candidate) => networkId(projectId, candidate) === wanted.uuid);
    if (!landlord) throw new InvalidInput(`Network ${wanted.uuid} could not be found.`);
    const zone = server.availability_zone;
    if (zone !== undefined && zone !== '' && zone !== landlord.name) {
      throw new InvalidInput(`Network ${wanted.uuid} is not in availability zone ${zone}.`);
    }
    return landlord.region;
  }
}
