import { Injectable } from '@nestjs/common';
import { Conflict, Forbidden, NotFound } from '@ocx/service-kit/errors';
import { type Image, type ImageCaller, type ImageMember, mayChange } from './image.js';
import { ImagesRepository } from './images.repository.js';
import { ImagesService } from './images.service.js';

/** With whom an image is shared. The owner names members, a member accepts or rejects. */
@Injectable()
export class ImageMembersService {
  constructor(
    private readonly images: ImagesService,
    private readonly repository: ImagesRepository,
  ) {}

  async list(caller: ImageCaller, imageId: string): Promise<ImageMember[]> {
    const image = await this.images.show(caller, imageId);
    const members = await this.repository.members(imageId);
    return mayChange(image, caller) ? members : members.filter(({ projectId }) => projectId === caller.projectId);
  }

  async show(caller: ImageCaller, imageId: string, projectId: string): Promise<ImageMember> {
    const member = (await this.list(caller, imageId)).find((candidate) => candidate.projectId === projectId);
    if (!member) throw new NotFound(`${projectId} not found in the member list of the image ${imageId}.`);
    return member;
  }

  async add(caller: ImageCaller, imageId: string, projectId: string): Promise<ImageMember> {
    await this.shared(caller, imageId);
    const now = new Date();
    const member: ImageMember = { imageId, projectId, status: 'pending', createdAt: now, updatedAt: now };
    if (!(await this.repository.addMember(member))) {
      throw new Conflict(`Image member ${projectId} already exists for image ${imageId}.`);
    }
    return member;
  }

  async setStatus(
    caller: ImageCaller,
    imageId: string,
    projectId: string,
    status: ImageMember['status'],
  ): Promise<ImageMember> {
    await this.show(caller, imageId, projectId);
    if (caller.projectId !== projectId) throw new Forbidden('Only the member itself may accept or reject an image.');
    await this.repository.setMemberStatus(imageId, projectId, status);
    return this.show(caller, imageId, projectId);
  }

  async remove(caller: ImageCaller, imageId: string, projectId: string): Promise<void> {
    await this.shared(caller, imageId);
    if (!(await this.repository.removeMember(imageId, projectId))) {
      throw new NotFound(`${projectId} not found in the member list of the image ${imageId}.`);
    }
  }

  private async shared(caller: ImageCaller, imageId: string): Promise<Image> {
    const image = await this.images.mine(caller, imageId);
    if (image.visibility !== 'shared') throw new Forbidden('Only shared images have members.');
    return image;
  }
}
