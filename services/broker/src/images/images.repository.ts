import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { ImageStatus } from '@ocx/openstack-api/image/images';
import { DataSource, In, type Repository } from 'typeorm';
import { ImageEntity, ImageMemberEntity, ImagePlacementEntity } from './image.entity.js';
import type { Image, ImageMember } from './image.js';

function toImage(row: ImageEntity): Image {
  const { id, owner, name, status, visibility, hidden, containerFormat, diskFormat, minRam, minDisk } = row;
  const { tags, properties, md5, sha512, createdAt, updatedAt } = row;
  const formats = { containerFormat, diskFormat, minRam, minDisk };
  const content = { size: row.size === null ? null : Number(row.size), md5, sha512 };
  const known = { id, owner, name, status, visibility, hidden, protected: row.protected };
  return { ...known, ...formats, tags, properties, ...content, createdAt, updatedAt };
}

export interface UploadedContent {
  readonly size: number;
  readonly md5: string;
  readonly sha512: string;
}

@Injectable()
export class ImagesRepository {
  private readonly images: Repository<ImageEntity>;
  private readonly memberRows: Repository<ImageMemberEntity>;
  private readonly placements: Repository<ImagePlacementEntity>;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {
    this.images = dataSource.getRepository(ImageEntity);
    this.memberRows = dataSource.getRepository(ImageMemberEntity);
    this.placements = dataSource.getRepository(ImagePlacementEntity);
  }

  async find(id: string): Promise<Image | undefined> {
    const row = await this.images.findOneBy({ id });
    return row ? toImage(row) : undefined;
  }

  /** All images of which the project may know: its own, public, community, shared with it. Null: everybody's. */
  async visibleTo(projectId: string | null): Promise<Image[]> {
    const query = this.images.createQueryBuilder('image');
    if (projectId !== null) {
      query.where(
        `image.owner = :projectId OR image.visibility IN ('public', 'community') OR (image.visibility = 'shared' AND
         EXISTS (SELECT 1 FROM image_members m WHERE m.image_id = image.id AND m.project_id = :projectId))`,
        { projectId },
      );
    }
    return (await query.getMany()).map(toImage);
  }

  /** False when the id is taken. */
  async insert(image: Image): Promise<boolean> {
    const result = await this.images
      .createQueryBuilder()
      .insert()
      .values({ ...image, tags: [...image.tags], properties: { ...image.properties } as never, size: null })
      .orIgnore()
      .returning('id')
      .execute();
    return (result.raw as unknown[]).length === 1;
  }

  async update(
    id: string,
    change: Partial<Omit<Image, 'id' | 'status' | 'size' | 'md5' | 'sha512' | 'createdAt' | 'updatedAt'>>,
  ): Promise<void> {
    const { tags, properties, ...plain } = change;
    await this.images.update(
      { id },
      {
        ...plain,
        ...(tags === undefined ? {} : { tags: [...tags] }),
        ...(properties === undefined ? {} : { properties: { ...properties } }),
        updatedAt: new Date(),
      },
    );
  }

  /** Moves from one of `from` to `to`; false when it was in another state, so one of two uploads wins. */
  async transition(id: string, from: ImageStatus[], to: ImageStatus, content?: UploadedContent): Promise<boolean> {
    const result = await this.images.update(
      { id, status: In(from) },
      {
        status: to,
        updatedAt: new Date(),
        ...(content === undefined ? {} : { size: String(content.size), md5: content.md5, sha512: content.sha512 }),
      },
    );
    return result.affected === 1;
  }

  async remove(id: string): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      await manager.delete(ImageMemberEntity, { imageId: id });
      await manager.delete(ImagePlacementEntity, { imageId: id });
      return (await manager.delete(ImageEntity, { id })).affected === 1;
    });
  }

  async interrupted(): Promise<string[]> {
    return (await this.images.find({ select: { id: true }, where: { status: 'saving' } })).map(({ id }) => id);
  }

  async members(imageId: string): Promise<ImageMember[]> {
    return this.memberRows.find({ where: { imageId }, order: { projectId: 'ASC' } });
  }

  async member(imageId: string, projectId: string): Promise<ImageMember | undefined> {
    return (await this.memberRows.findOneBy({ imageId, projectId })) ?? undefined;
  }

  async membershipsOf(projectId: string): Promise<ImageMember[]> {
    return this.memberRows.findBy({ projectId });
  }

  async addMember(member: ImageMember): Promise<boolean> {
    const result = await this.memberRows
      .createQueryBuilder()
      .insert()
      .values({ ...member })
      .orIgnore()
      .returning('image_id')
      .execute();
    return (result.raw as unknown[]).length === 1;
  }

  async setMemberStatus(imageId: string, projectId: string, status: ImageMember['status']): Promise<void> {
    await this.memberRows.update({ imageId, projectId }, { status, updatedAt: new Date() });
  }

  async removeMember(imageId: string, projectId: string): Promise<boolean> {
    return (await this.memberRows.delete({ imageId, projectId })).affected === 1;
  }

  async isPlaced(imageId: string, landlordId: string): Promise<boolean> {
    return this.placements.existsBy({ imageId, landlordId });
  }

  async place(imageId: string, landlordId: string): Promise<void> {
    await this.placements
      .createQueryBuilder()
      .insert()
      .values({ imageId, landlordId, placedAt: new Date() })
      .orIgnore()
      .execute();
  }

  async unplace(imageId: string, landlordId: string): Promise<void> {
    await this.placements.delete({ imageId, landlordId });
  }
}
