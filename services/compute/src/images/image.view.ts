import type { Image as ImageBody } from '@ocx/openstack-api/image/images';
import type { Image } from './image.js';

// Glance's times have no fraction.
const time = (date: Date): string => date.toISOString().replace(/\.\d{3}Z$/, 'Z');

export function imageView(image: Image): ImageBody {
  const self = `/v2/images/${image.id}`;
  const named = {
    id: image.id,
    name: image.name,
    status: image.status,
    visibility: image.visibility,
    protected: image.protected,
    os_hidden: image.os_hidden,
    checksum: image.md5,
    os_hash_algo: image.sha512 === null ? null : 'sha512',
    os_hash_value: image.sha512,
    owner: image.projectId,
    size: image.size,
    virtual_size: image.virtualSize,
    container_format: image.container_format,
    disk_format: image.disk_format,
    min_ram: image.min_ram,
    min_disk: image.min_disk,
    created_at: time(image.createdAt),
    updated_at: time(image.updatedAt),
    tags: image.tags,
    self,
    file: `${self}/file`,
    schema: '/v2/schemas/image',
  };
  return { ...image.properties, ...named } as ImageBody;
}
