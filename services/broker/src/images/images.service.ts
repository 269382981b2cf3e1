import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Uuid } from '@ocx/openstack-api/ids';
import type { CreateImage } from '@ocx/openstack-api/image/images';
import { Conflict, Forbidden, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import { isOperator } from '../exchange-api/exchange.policy.js';
import { type Image, type ImageCaller, mayChange, maySee } from './image.js';
import { ImageDepot } from './image-depot.js';
import { type ImageChange, newImage } from './image-changes.js';
import { ImagesRepository } from './images.repository.js';

/** Images of the whole exchange: the record and the bytes are the broker's, landlords get copies on first use. */
@Injectable()
export class ImagesService implements OnModuleInit {
  constructor(
    private readonly repository: ImagesRepository,
    private readonly depot: ImageDepot,
  ) {}

  /** An upload that died with the process can be sent again. */
  async onModuleInit(): Promise<void> {
    for (const id of await this.repository.interrupted()) await this.repository.transition(id, ['saving'], 'queued');
  }

  /** Throws {@link NotFound} for what does not exist and for what the caller may not know of alike. */
  async show(caller: ImageCaller, id: string): Promise<Image> {
    // Clients look an image up by its name at this address first.
    const image = Uuid.safeParse(id).success ? await this.repository.find(id) : undefined;
    if (!image) throw notFound(id);
    if (maySee(image, caller, false)) return image;
    const member = caller.projectId === undefined ? undefined : await this.repository.member(id, caller.projectId);
    if (!maySee(image, caller, member !== undefined)) throw notFound(id);
    return image;
  }

  async create(caller: ImageCaller, request: CreateImage): Promise<Image> {
    const owner = caller.projectId;
    if (owner === undefined) throw new Forbidden('You are not permitted to create images without a project.');
    const image = newImage(request, owner, request.id ?? randomUUID());
    checkVisibility(caller, image.visibility);
    if (!(await this.repository.insert(image))) throw new Conflict(`Image ID ${image.id} already exists!`);
    return image;
  }

  async update(caller: ImageCaller, id: string, changeOf: (image: Image) => ImageChange): Promise<Image> {
    const image = await this.mine(caller, id);
    const change = changeOf(image);
    if (change.visibility !== undefined && change.visibility !== image.visibility) {
      checkVisibility(caller, change.visibility);
    }
    const formats = change.containerFormat !== undefined || change.diskFormat !== undefined;
    if (formats && image.status !== 'queued') {
      throw new Forbidden('Attribute container_format can be only replaced for a queued image.');
    }
    await this.repository.update(id, change);
    return this.show(caller, id);
  }

  async delete(caller: ImageCaller, id: string): Promise<void> {
    const image = await this.mine(caller, id);
    if (image.protected) throw new Forbidden(`Image ${id} is protected and cannot be deleted.`);
    if (!(await this.repository.remove(id))) throw notFound(id);
    await this.depot.remove(id);
  }

  /** Takes the bytes once; an image that has them is never written again. */
  async upload(caller: ImageCaller, id: string, body: Readable): Promise<void> {
    const image = await this.mine(caller, id);
    if (image.containerFormat === null || image.diskFormat === null) {
      throw new InvalidInput('Properties disk_format, container_format must be set prior to saving data.');
    }
    if (!(await this.repository.transition(id, ['queued'], 'saving'))) {
      throw new Conflict(`Image status transition from ${image.status} to saving is not allowed`);
    }
    try {
      const content = await this.depot.store(id, body);
      if (await this.repository.transition(id, ['saving'], 'active', content)) return;
    } catch (error) {
      await this.repository.transition(id, ['saving'], 'queued');
      throw error;
    }
    await this.depot.remove(id);
    throw new NotFound(`Image ${id} was deleted while it was uploaded.`);
  }

  /** The image whose bytes may be read now, or undefined when it has none yet. */
  async download(caller: ImageCaller, id: string): Promise<Image | undefined> {
    const image = await this.show(caller, id);
    if (image.status === 'deactivated' && !isOperator(caller)) {
      throw new Forbidden('The requested image has been deactivated. Image data download is forbidden.');
    }
    return image.status === 'active' || image.status === 'deactivated' ? image : undefined;
  }

  async setActive(caller: ImageCaller, id: string, active: boolean): Promise<void> {
    await this.mine(caller, id);
    const moved = await this.repository.transition(id, ['active', 'deactivated'], active ? 'active' : 'deactivated');
    if (!moved) throw new Forbidden(`Image ${id} has no data to ${active ? 'reactivate' : 'deactivate'}.`);
  }

  /** The image, which the caller may change. Throws {@link Forbidden} for one they can only see. */
  async mine(caller: ImageCaller, id: string): Promise<Image> {
    const image = await this.show(caller, id);
    if (!mayChange(image, caller)) throw new Forbidden('You are not permitted to modify this image.');
    return image;
  }
}

function checkVisibility(caller: ImageCaller, visibility: Image['visibility']): void {
  if (visibility === 'public' && !isOperator(caller)) {
    throw new Forbidden('You are not authorized to publicize_image action.');
  }
}

function notFound(id: string): NotFound {
  return new NotFound(`No image found with ID ${id.slice(0, 64)}`);
}
