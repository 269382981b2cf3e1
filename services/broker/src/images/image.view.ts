import type { Image as ImageBody } from '@ocx/openstack-api/image/images';
import type { ImageMember as MemberBody } from '@ocx/openstack-api/image/members';
import type { Image, ImageMember } from './image.js';

const time = (date: Date) => date.toISOString().replace(/\.\d+Z$/, 'Z');

/** An image as Glance shows it; properties stand beside the named keys and never over them. */
export function imageView(image: Image): ImageBody {
  const named = {
    id: image.id,
    name: image.name,
    status: image.status,
    visibility: image.visibility,
    protected: image.protected,
    os_hidden: image.hidden,
    checksum: image.md5,
    os_hash_algo: image.sha512 === null ? null : 'sha512',
    os_hash_value: image.sha512,
    owner: image.owner,
    size: image.size,
    virtual_size: null,
    container_format: image.containerFormat,
    disk_format: image.diskFormat,
    min_ram: image.minRam,
    min_disk: image.minDisk,
    created_at: time(image.createdAt),
    updated_at: time(image.updatedAt),
    tags: [...image.tags],
    self: `/v2/images/${image.id}`,
    file: `/v2/images/${image.id}/file`,
    schema: '/v2/schemas/image',
  };
  return { ...image.properties, ...named } as ImageBody;
}

export function memberView(member: ImageMember): MemberBody {
  return {
    image_id: member.imageId,
    member_id: member.projectId,
    status: member.status,
    created_at: time(member.createdAt),
    updated_at: time(member.updatedAt),
    schema: '/v2/schemas/member',
  };
}
