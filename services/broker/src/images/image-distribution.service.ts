import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { BackendUnavailable, BadGateway, Conflict, Forbidden } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { LandlordConnections } from '../landlords/landlord-connections.js';
import type { Landlord } from '../landlords/landlord.js';
import { LeasesService } from '../market/leases/leases.service.js';
import { landlordFault } from '../proxy/landlord-fault.js';
import { type Access, LandlordGateway } from '../proxy/landlord-gateway.js';
import type { Image } from './image.js';
import { ImageDepot } from './image-depot.js';
import { ImagesRepository } from './images.repository.js';

/** Milliseconds for a landlord to take and verify a whole image. */
const PUSH_DEADLINE_MS = 600_000;
/** How long another replica may take to send the same image to the same landlord. Milliseconds. */
const OTHERS_PUSH_MS = 120_000;
const LOOK_AGAIN_MS = 250;
const MADE = z.object({ id: z.string(), status: z.string() });

interface Push {
  readonly landlord: Landlord;
  readonly image: Image;
  readonly caller: Principal;
  readonly access: Access;
  /** Bytes */
  readonly size: number;
}

/** What a landlord may know of an image: enough to start it, nothing of whose it is. */
function record(image: Image): Record<string, unknown> {
  return {
    ...image.properties,
    id: image.id,
    name: image.name,
    container_format: image.containerFormat,
    disk_format: image.diskFormat,
    min_ram: image.minRam,
    min_disk: image.minDisk,
    // Whom it is shared with is the exchange's affair: at a landlord each project registers by itself.
    visibility: image.visibility === 'public' ? 'public' : 'private',
  };
}

/**
 * Brings an image to a landlord on first use. The token pins id, size and SHA-512, and the landlord verifies the bytes
 * against it, so neither can be given another image under this id.
 */
@Injectable()
export class ImageDistribution {
  private readonly pushes = new Map<string, Promise<void>>();

  constructor(
    private readonly repository: ImagesRepository,
    private readonly depot: ImageDepot,
    private readonly connections: LandlordConnections,
    private readonly gateway: LandlordGateway,
    private readonly leases: LeasesService,
  ) {}

  /**
   * Returns when the image is at the landlord. Requests for the same image and landlord share one push. Throws
   * {@link Forbidden} for an image that is not public and a landlord from whom the caller's project leases nothing.
   */
  async ensureAt(landlord: Landlord, image: Image, caller: Principal): Promise<void> {
    if (image.visibility !== 'public') await this.requireLease(landlord, caller);
    // A project must be made known as a user of an image that is not public, also where the bytes are already.
    else if (await this.repository.isPlaced(image.id, landlord.id)) return;
    const project = image.visibility === 'public' ? '' : (caller.projectId ?? '');
    const key = `${landlord.id}:${image.id}:${project}`;
    const running = this.pushes.get(key);
    if (running) return running;
    const push = this.push(landlord, image, caller).finally(() => this.pushes.delete(key));
    this.pushes.set(key, push);
    return push;
  }

  private async requireLease(landlord: Landlord, caller: Principal): Promise<void> {
    const leases = await this.leases.forProject(caller.projectId ?? '', 'server');
    if (leases.some(({ landlordId }) => landlordId === landlord.id)) return;
    throw new Forbidden(`The image is not public, and nothing is leased from ${landlord.name}.`);
  }

  private async push(landlord: Landlord, image: Image, caller: Principal): Promise<void> {
    const { id, sha512, size } = image;
    if (sha512 === null || size === null) throw new Conflict(`Image ${id} has no data yet.`);
    const access: Access = { actions: ['image'], image: { id, sha512, size } };
    await this.bring({ landlord, image, caller, size, access });
    await this.repository.place(id, landlord.id);
  }

  private async bring(push: Push): Promise<void> {
    const patience = Date.now() + OTHERS_PUSH_MS;
    let broken: BackendUnavailable | undefined;
    while (Date.now() < patience) {
      const status = await this.register(push);
      if (status === 'active') return;
      if (status === 'queued') {
        // Our upload broke and nobody else's is under way.
        if (broken) throw broken;
        const outcome = await this.upload(push);
        if (outcome === 'stored') return;
        broken = outcome;
      }
      await sleep(LOOK_AGAIN_MS);
    }
    throw new BackendUnavailable(`Image ${push.image.id} is still being stored at ${push.landlord.name}.`);
  }

  /** The state of the image at the landlord, where it is made known when it is not yet. */
  private async register({ landlord, image, caller, access }: Push): Promise<string> {
    try {
      const { body } = await this.gateway.call(caller, landlord, access, {
        method: 'POST',
        path: '/image/v2/images',
        body: record(image),
        schema: MADE,
      });
      if (body.id === image.id) return body.status;
    } catch (error) {
      // The id is taken, and the bytes have no hash yet: another replica is sending them.
      if (error instanceof Conflict) return 'saving';
      throw error;
    }
    throw new BadGateway(`Landlord ${landlord.name} registered another image than it was given.`);
  }

  /** `stored`, undefined when another replica's upload is under way, or why ours broke off. */
  private async upload(push: Push): Promise<'stored' | BackendUnavailable | undefined> {
    const { landlord, image, caller, access, size } = push;
    try {
      const answer = await this.gateway.guard(landlord, async () => {
        const session = await this.connections.forTenant(caller, landlord, access);
        return session.request('PUT', `/image/v2/images/${image.id}/file`, {
          headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) },
          body: this.depot.read(image.id),
          deadlineMs: PUSH_DEADLINE_MS,
        });
      });
      if (answer.status < 300) return 'stored';
      if (answer.status === 409) return undefined;
      throw landlordFault(landlord.name, answer.status, answer.body);
    } catch (error) {
      // A landlord that is busy with another's upload may hang up before it has read ours.
      if (error instanceof BackendUnavailable) return error;
      throw error;
    }
  }
}
