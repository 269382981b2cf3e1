import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Conflict, Forbidden, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { ImageSettings, type CreateImage, type ImageListQuery, type ImagePatch } from '@ocx/openstack-api/image/images';
import { ownerOf } from '../servers/owner.js';
import { checkSettings, type Image } from './image.js';
import { ImageFiles } from './image-files.js';
import { ImageImporter, type ImagePin } from './image-importer.js';
import { isProperty, patchImage } from './image-patch.js';
import { type ImageSort, ImagesRepository } from './images.repository.js';

/** The exchange's images are the broker's: it may put exactly the one that its token names, as it names it. */
function pinFor(caller: Principal, id: string): ImagePin | undefined {
  if (caller.realm === 'own') return undefined;
  const pinned = caller.access?.image;
  if (pinned?.id !== id) throw new Forbidden('The token does not allow this image.');
  return { size: pinned.size, sha512: pinned.sha512 };
}

function draft(caller: Principal, request: CreateImage): Image {
  const settings = ImageSettings.partial().parse(request);
  const properties = Object.fromEntries(
    Object.entries(request).filter((entry): entry is [string, string] => isProperty(entry[0])),
  );
  const now = new Date();
  return {
    ...ownerOf(caller),
    id: request.id ?? (caller.realm === 'exchange' ? caller.access?.image?.id : undefined) ?? randomUUID(),
    name: settings.name ?? null,
    visibility: settings.visibility ?? 'shared',
    protected: settings.protected ?? false,
    os_hidden: settings.os_hidden ?? false,
    tags: [...new Set(settings.tags ?? [])],
    container_format: settings.container_format ?? null,
    disk_format: settings.disk_format ?? null,
    min_ram: settings.min_ram ?? 0,
    min_disk: settings.min_disk ?? 0,
    status: 'queued',
    properties,
    size: null,
    virtualSize: null,
    md5: null,
    sha512: null,
    createdAt: now,
    updatedAt: now,
  };
}

@Injectable()
export class ImagesService implements OnApplicationBootstrap {
  private readonly log = new Logger(ImagesService.name);

  constructor(
    private readonly images: ImagesRepository,
    private readonly files: ImageFiles,
    private readonly importer: ImageImporter,
  ) {}

  async show(caller: Principal, id: string): Promise<Image> {
    const image = await this.images.find(ownerOf(caller), id);
    if (!image) throw new NotFound(`No image found with ID ${id}`);
    return image;
  }

  async list(caller: Principal, query: ImageListQuery, sort: ImageSort[], limit: number): Promise<Image[]> {
    const marker = query.marker === undefined ? undefined : await this.markerOf(caller, query.marker);
    return this.images.list(ownerOf(caller), query, { sort, limit, ...(marker ? { marker } : {}) });
  }

  /**
   * Registers an image. When the exchange's record is here already, put there for another project, this project may
   * use it too and the present image is the answer: its bytes are the same by their hash.
   */
  async create(caller: Principal, request: CreateImage): Promise<Image> {
    const reserved = Object.keys(request).find(
      (key) => !isProperty(key) && key !== 'id' && !(key in ImageSettings.shape),
    );
    if (reserved !== undefined) throw new Forbidden(`Attribute '${reserved}' is read-only.`);
    if (request.visibility === 'public' && caller.realm === 'own' && !caller.roles.includes('admin')) {
      throw new Forbidden('You are not authorized to complete publicize_image action.');
    }
    const image = draft(caller, request);
    const pin = pinFor(caller, image.id);
    checkSettings(image);
    if (await this.images.add(image)) return image;
    const present = await this.images.byId(image.id);
    if (pin && present?.realm === 'exchange' && (present.sha512 === pin.sha512 || present.status === 'queued')) {
      await this.images.addMember(present.id, image.projectId);
      return present;
    }
    throw new Conflict(`Image ID ${image.id} already exists!`);
  }

  async upload(caller: Principal, id: string, source: Readable): Promise<void> {
    const image = await this.writable(caller, id);
    const pin = pinFor(caller, id);
    if (image.container_format === null || image.disk_format === null) {
      throw new InvalidInput('Properties disk_format, container_format must be set prior to saving data.');
    }
    if (!(await this.images.move(id, ['queued'], 'saving'))) {
      throw new Conflict(`Image status transition from ${image.status} to saving is not allowed`);
    }
    await this.activate(image, () => this.importer.take(image, source, pin));
  }

  /** Starts a pull by the engine; the image becomes active, or queued again when no registry gives it. */
  async pull(caller: Principal, id: string, reference: string): Promise<void> {
    if (caller.realm === 'exchange') throw new Forbidden("The exchange's images come by upload, with their hash.");
    const image = await this.writable(caller, id);
    if (image.container_format !== 'docker') throw new InvalidInput('A pulled image has container_format docker.');
    if (!(await this.images.move(id, ['queued'], 'importing'))) {
      throw new Conflict(`Image status transition from ${image.status} to importing is not allowed`);
    }
    this.activate(image, () => this.importer.pull(image, reference)).catch((error: unknown) => {
      this.log.warn(`image ${id} could not be pulled: ${(error as Error).message}`);
    });
  }

  async download(
    caller: Principal,
    id: string,
  ): Promise<{ image: Image; open: (range?: { start: number; end: number }) => Readable }> {
    const image = await this.show(caller, id);
    return { image, open: (range) => this.files.read(id, range) };
  }

  async update(caller: Principal, id: string, patch: ImagePatch): Promise<Image> {
    const image = await this.writable(caller, id);
    if (caller.realm === 'exchange') throw new Forbidden("The exchange's images are changed at the broker only.");
    const patched = patchImage(image, patch);
    if (patched.visibility === 'public' && image.visibility !== 'public' && !caller.roles.includes('admin')) {
      throw new Forbidden('You are not authorized to complete publicize_image action.');
    }
    checkSettings(patched);
    await this.images.save(patched);
    return patched;
  }

  async delete(caller: Principal, id: string): Promise<void> {
    const image = await this.writable(caller, id);
    if (image.protected) throw new Forbidden(`Image ${id} is protected and cannot be deleted.`);
    await this.images.remove(id);
    await this.importer.remove(id);
  }

  /** An image that servers of this owner may boot from. */
  async bootable(caller: Principal, id: string): Promise<Image> {
    const image = await this.images.find(ownerOf(caller), id);
    if (!image) throw new InvalidInput(`Can not find requested image ${id}`);
    if (image.status !== 'active') throw new InvalidInput(`Image ${id} is not active.`);
    return image;
  }

  /** For building: the image's record, whoever owns it. */
  byId(id: string): Promise<Image | undefined> {
    return this.images.byId(id);
  }

  restore(image: Image): Promise<void> {
    return this.importer.restore(image);
  }

  /** What a crash cut in half begins anew. Before requests are heard: later an upload may be under way. */
  async onApplicationBootstrap(): Promise<void> {
    for (const image of await this.images.inStates('saving', 'importing')) {
      await this.files.discard(image.id);
      await this.images.move(image.id, ['saving', 'importing'], 'queued');
    }
  }

  /** Files without a record, and what the engine has of them. */
  async removeOrphans(): Promise<void> {
    for (const id of await this.files.list()) if (!(await this.images.byId(id))) await this.importer.remove(id);
  }

  private async activate(
    image: Image,
    take: () => Promise<{ size: number; md5: string; sha512: string; virtualSize: number }>,
  ): Promise<void> {
    try {
      const taken = await take();
      await this.images.save({ ...image, ...taken, status: 'active', updatedAt: new Date() });
    } catch (error) {
      await this.images.move(image.id, ['saving', 'importing'], 'queued');
      throw error;
    }
  }

  private async writable(caller: Principal, id: string): Promise<Image> {
    const image = await this.show(caller, id);
    // The broker puts an image for whichever tenant needs it first.
    const isOwner = image.projectId === caller.projectId || caller.access?.image?.id === id;
    if (!isOwner) throw new Forbidden(`You are not permitted to change image ${id}.`);
    return image;
  }

  private async markerOf(caller: Principal, id: string): Promise<Image> {
    const marker = await this.images.find(ownerOf(caller), id);
    if (!marker) throw new InvalidInput(`Marker ${id} could not be found.`);
    return marker;
  }
}
