import { z } from 'zod';
import { OpenStackId, Uuid } from '../ids.js';

export const ContainerFormat = z.enum(['ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker', 'compressed']);
export const DiskFormat = z.enum(['ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop']);
export const Visibility = z.enum(['public', 'private', 'shared', 'community']);
export const ImageStatus = z.enum([
  'queued',
  'saving',
  'active',
  'killed',
  'deleted',
  'uploading',
  'importing',
  'deactivated',
]);
export type ImageStatus = z.infer<typeof ImageStatus>;

const Text = z.string().max(255);
const Tag = z.string().min(1).max(255);

/** The properties of an image that have a meaning of their own; the others are free text. */
export const IMAGE_BASE_PROPERTIES = [
  'id',
  'name',
  'status',
  'visibility',
  'protected',
  'os_hidden',
  'checksum',
  'os_hash_algo',
  'os_hash_value',
  'owner',
  'size',
  'virtual_size',
  'container_format',
  'disk_format',
  'created_at',
  'updated_at',
  'tags',
  'direct_url',
  'min_ram',
  'min_disk',
  'self',
  'file',
  'schema',
  'locations',
  'stores',
] as const;

export const ImageSettings = z.object({
  name: Text.nullable(),
  visibility: Visibility,
  protected: z.boolean(),
  os_hidden: z.boolean(),
  tags: z.array(Tag).max(128),
  container_format: ContainerFormat.nullable(),
  disk_format: DiskFormat.nullable(),
  min_ram: z.int().nonnegative().max(2147483647),
  min_disk: z.int().nonnegative().max(2147483647),
});
export type ImageSettings = z.infer<typeof ImageSettings>;

/** JSON array of strings: the command that runs as PID 1 of a server of this image. */
export const COMMAND_PROPERTY = 'ocx_command';
export const ImageCommand = z.array(z.string().min(1).max(4096)).min(1).max(64);

/** `POST /v2/images`. Unknown keys are properties of the image: free text. */
export const CreateImage = ImageSettings.partial()
  .extend({ id: Uuid.optional() })
  .catchall(z.string().max(65535))
  .meta({ id: 'CreateImage' });
export type CreateImage = z.infer<typeof CreateImage>;

/** `PATCH /v2/images/{id}`, media type application/openstack-images-v2.1-json-patch. */
export const ImagePatch = z
  .array(
    z.discriminatedUnion('op', [
      z.strictObject({ op: z.literal('add'), path: z.string().regex(/^\/[^/]+$/), value: z.unknown() }),
      z.strictObject({ op: z.literal('replace'), path: z.string().regex(/^\/[^/]+$/), value: z.unknown() }),
      z.strictObject({ op: z.literal('remove'), path: z.string().regex(/^\/[^/]+$/) }),
    ]),
  )
  .max(256)
  .meta({ id: 'ImagePatch' });
export type ImagePatch = z.infer<typeof ImagePatch>;

/** An image as Glance shows it. Properties are strings beside the named keys. */
export const Image = ImageSettings.extend({
  id: Uuid,
  status: ImageStatus,
  checksum: z.string().nullable(),
  os_hash_algo: z.string().nullable(),
  os_hash_value: z.string().nullable(),
  owner: OpenStackId.nullable(),
  size: z.int().nullable(),
  virtual_size: z.int().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
  self: z.string(),
  file: z.string(),
  schema: z.string(),
})
  .catchall(z.string())
  .meta({ id: 'Image' });
export type Image = z.infer<typeof Image>;

export const ImageList = z.object({
  images: z.array(Image),
  first: z.string(),
  next: z.string().optional().describe('path of the next page'),
  schema: z.string(),
});

/** Where the new image is. */
export const ImageLocation = z.object({ Location: z.string() });

export const ImageListQuery = z.object({
  limit: z.coerce.number().int().nonnegative().optional(),
  marker: z.string().max(64).optional(),
  sort_key: z.union([z.string(), z.array(z.string())]).optional(),
  sort_dir: z.union([z.string(), z.array(z.string())]).optional(),
  sort: z.string().max(255).optional(),
  name: z.string().max(255).optional(),
  id: z.string().max(4096).optional(),
  status: z.string().max(255).optional(),
  visibility: z.enum(['public', 'private', 'shared', 'community', 'all']).optional(),
  member_status: z.enum(['accepted', 'pending', 'rejected', 'all']).optional(),
  owner: OpenStackId.optional(),
  container_format: z.string().max(255).optional(),
  disk_format: z.string().max(255).optional(),
  protected: z.enum(['true', 'false']).optional(),
  os_hidden: z.enum(['true', 'false', 'True', 'False']).optional(),
  size_min: z.coerce.number().int().nonnegative().optional(),
  size_max: z.coerce.number().int().nonnegative().optional(),
  tag: z.union([Tag, z.array(Tag)]).optional(),
});
export type ImageListQuery = z.infer<typeof ImageListQuery>;

/** `POST /v2/images/{id}/import`: pulled by the engine from a registry, named `docker://name:tag`. */
export const ImportImage = z.object({
  method: z.object({
    name: z.literal('web-download'),
    uri: z
      .string()
      .max(512)
      .regex(/^docker:\/\/[a-z0-9]+(?:[._:/@-][A-Za-z0-9]+)*$/, 'must be docker://name:tag'),
  }),
});

export const IMAGE_PATCH_TYPES = [
  'application/openstack-images-v2.1-json-patch',
  'application/openstack-images-v2.0-json-patch',
] as const;

export const IMAGE_PATCH_BODY = Object.fromEntries(IMAGE_PATCH_TYPES.map((type) => [type, ImagePatch]));
