import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Brackets, In, Repository, type SelectQueryBuilder } from 'typeorm';
import type { ImageListQuery } from '@ocx/openstack-api/image/images';
import { ImageSettings } from '@ocx/openstack-api/image/images';
import type { Owner } from '../servers/server.js';
import type { Image, ImageState } from './image.js';
import { ImageEntity, ImageMemberEntity } from './image.entity.js';

export interface ImageSort {
  readonly key: string;
  readonly direction: 'ASC' | 'DESC';
}

const COLUMNS: Record<string, string> = {
  name: 'image.name',
  status: 'image.status',
  container_format: 'image.containerFormat',
  disk_format: 'image.diskFormat',
  size: 'image.size',
  id: 'image.id',
  created_at: 'image.createdAt',
  updated_at: 'image.updatedAt',
};

export const isSortable = (key: string): boolean => key in COLUMNS;

@Injectable()
export class ImagesRepository {
  constructor(
    @InjectRepository(ImageEntity) private readonly rows: Repository<ImageEntity>,
    @InjectRepository(ImageMemberEntity) private readonly members: Repository<ImageMemberEntity>,
  ) {}

  /** The image if this project may see it. */
  async find(owner: Owner, id: string): Promise<Image | undefined> {
    const row = await this.visible(owner).andWhere('image.id = :id', { id }).getOne();
    return row ? toDomain(row) : undefined;
  }

  async byId(id: string): Promise<Image | undefined> {
    const row = await this.rows.findOneBy({ id });
    return row ? toDomain(row) : undefined;
  }

  async inStates(...states: ImageState[]): Promise<Image[]> {
    return (await this.rows.findBy({ status: In(states) })).map(toDomain);
  }

  async list(
    owner: Owner,
    filter: ImageListQuery,
    page: { sort: ImageSort[]; marker?: Image; limit: number },
  ): Promise<Image[]> {
    const query = this.visible(owner, filter.visibility === 'all');
    applyFilters(query, filter, owner);
    for (const { key, direction } of page.sort) query.addOrderBy(COLUMNS[key] ?? 'image.id', direction);
    const all = (await query.getMany()).map(toDomain);
    const start = page.marker ? all.findIndex(({ id }) => id === page.marker?.id) + 1 : 0;
    return all.slice(start, start + page.limit);
  }

  /** False when the id is taken, in whichever realm. */
  async add(image: Image): Promise<boolean> {
    const inserted = await this.rows
      .createQueryBuilder()
      .insert()
      .values(toRow(image))
      .orIgnore()
      .returning('id')
      .execute();
    return (inserted.raw as unknown[]).length > 0;
  }

  async save(image: Image): Promise<void> {
    await this.rows.update({ id: image.id }, toRow(image));
  }

  /** Compare-and-swap of the status: of two uploads one wins. */
  async move(id: string, from: readonly ImageState[], to: ImageState): Promise<boolean> {
    const result = await this.rows.update({ id, status: In([...from]) }, { status: to, updatedAt: new Date() });
    return (result.affected ?? 0) > 0;
  }

  async remove(id: string): Promise<void> {
    await this.rows.delete({ id });
  }

  async addMember(imageId: string, projectId: string): Promise<void> {
    await this.members.upsert({ imageId, projectId, createdAt: new Date() }, ['imageId', 'projectId']);
  }

  private visible(owner: Owner, community = true): SelectQueryBuilder<ImageEntity> {
    const open = community ? ['public', 'community'] : ['public'];
    return this.rows
      .createQueryBuilder('image')
      .where('image.realm = :realm', { realm: owner.realm })
      .andWhere(
        new Brackets((either) => {
          either
            .where('image.projectId = :project', { project: owner.projectId })
            .orWhere('image.visibility IN (:...open)', { open })
            .orWhere('EXISTS (SELECT 1 FROM image_members m WHERE m.image_id = image.id AND m.project_id = :project)');
        }),
      );
  }
}

function applyFilters(query: SelectQueryBuilder<ImageEntity>, filter: ImageListQuery, owner: Owner): void {
  const equal: [string, string, unknown][] = [
    ['image.name', 'name', filter.name],
    ['image.status', 'status', filter.status],
    ['image.projectId', 'owner', filter.owner],
    ['image.containerFormat', 'container', filter.container_format],
    ['image.diskFormat', 'disk', filter.disk_format],
    ['image.protected', 'protected', filter.protected === undefined ? undefined : filter.protected === 'true'],
    ['image.visibility', 'visibility', filter.visibility === 'all' ? undefined : filter.visibility],
    ['image.osHidden', 'hidden', filter.os_hidden?.toLowerCase() === 'true'],
  ];
  for (const [column, name, value] of equal) {
    if (value === undefined) continue;
    // `in:a,b` is Glance's list form.
    const list = typeof value === 'string' && value.startsWith('in:') ? value.slice(3).split(',') : [value];
    query.andWhere(`${column} IN (:...f_${name})`, { [`f_${name}`]: list });
  }
  if (filter.id !== undefined)
    query.andWhere('image.id::text IN (:...ids)', { ids: filter.id.replace(/^in:/, '').split(',') });
  if (filter.size_min !== undefined) query.andWhere('image.size >= :min', { min: filter.size_min });
  if (filter.size_max !== undefined) query.andWhere('image.size <= :max', { max: filter.size_max });
  const tags = filter.tag === undefined ? [] : [filter.tag].flat();
  if (tags.length > 0) query.andWhere('image.tags @> :tags::jsonb', { tags: JSON.stringify(tags) });
  if (filter.visibility === 'private') query.andWhere('image.projectId = :me', { me: owner.projectId });
}

function toDomain(row: ImageEntity): Image {
  const { name, visibility, tags } = row;
  const settings = ImageSettings.parse({
    name,
    visibility,
    tags,
    protected: row.protected,
    os_hidden: row.osHidden,
    container_format: row.containerFormat,
    disk_format: row.diskFormat,
    min_ram: row.minRam,
    min_disk: row.minDisk,
  });
  return {
    ...settings,
    id: row.id,
    realm: row.realm,
    projectId: row.projectId,
    status: row.status,
    properties: row.properties,
    size: row.size === null ? null : Number(row.size),
    virtualSize: row.virtualSize === null ? null : Number(row.virtualSize),
    md5: row.md5,
    sha512: row.sha512,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

function toRow(image: Image): ImageEntity {
  return {
    id: image.id,
    realm: image.realm,
    projectId: image.projectId,
    name: image.name,
    visibility: image.visibility,
    status: image.status,
    protected: image.protected,
    osHidden: image.os_hidden,
    containerFormat: image.container_format,
    diskFormat: image.disk_format,
    minRam: image.min_ram,
    minDisk: image.min_disk,
    tags: image.tags,
    properties: image.properties,
    size: image.size === null ? null : String(image.size),
    virtualSize: image.virtualSize === null ? null : String(image.virtualSize),
    md5: image.md5,
    sha512: image.sha512,
    createdAt: image.createdAt,
    updatedAt: image.updatedAt,
  };
}
