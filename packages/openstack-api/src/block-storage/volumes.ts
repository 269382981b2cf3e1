import { z } from 'zod';
import { OpenStackId, Uuid } from '../ids.js';
import { CinderBoolean, CinderTime, Links, Metadata, PageLinks, Text255 } from './wire.js';

/** The states of a volume that OCX's landlords use, in Cinder's words. */
export const VolumeStatus = z.enum([
  'creating',
  'available',
  'reserved',
  'attaching',
  'in-use',
  'detaching',
  'deleting',
  'extending',
  'error',
  'error_deleting',
]);
export type VolumeStatus = z.infer<typeof VolumeStatus>;

/** GiB of one volume. */
export const MAX_VOLUME_GIB = 65_536;
export const VolumeSize = z.int().min(1).max(MAX_VOLUME_GIB);

const SizeInput = z.union([
  VolumeSize,
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'must be a positive integer')
    .transform(Number)
    .pipe(VolumeSize),
]);

/** `POST /volumes`. What this landlord cannot do is read, so that it is refused and never ignored. */
export const CreateVolume = z
  .object({
    volume: z.object({
      size: SizeInput.nullish(),
      name: Text255.nullish(),
      description: Text255.nullish(),
      display_name: Text255.nullish(),
      display_description: Text255.nullish(),
      availability_zone: Text255.nullish(),
      volume_type: Text255.nullish(),
      metadata: Metadata.nullish(),
      multiattach: CinderBoolean.nullish(),
      snapshot_id: Uuid.nullish(),
      source_volid: Uuid.nullish(),
      imageRef: Text255.nullish(),
      image_id: Text255.nullish(),
      backup_id: Text255.nullish(),
      group_id: Text255.nullish(),
      consistencygroup_id: Text255.nullish(),
      source_replica: Text255.nullish(),
    }),
    'OS-SCH-HNT:scheduler_hints': z.record(z.string().max(255), z.unknown()).nullish(),
  })
  .meta({ id: 'CreateVolume' });
export type CreateVolume = z.infer<typeof CreateVolume>;

/** `PUT /volumes/{id}`. */
export const UpdateVolume = z
  .object({
    volume: z
      .object({
        name: Text255.nullish(),
        description: Text255.nullish(),
        display_name: Text255.nullish(),
        display_description: Text255.nullish(),
        metadata: Metadata.nullish(),
      })
      .refine((volume) => Object.keys(volume).length > 0, 'at least one attribute must be given'),
  })
  .meta({ id: 'UpdateVolume' });
export type UpdateVolume = z.infer<typeof UpdateVolume>;

/** One attachment, as a volume shows it. `id` is the volume's. */
export const VolumeAttachmentSummary = z.object({
  id: OpenStackId,
  attachment_id: OpenStackId,
  volume_id: OpenStackId,
  server_id: OpenStackId.nullable(),
  host_name: z.string().max(255).nullable(),
  device: z.string().max(255).nullable(),
  attached_at: CinderTime.nullable(),
});

export const VolumeDetail = z
  .object({
    id: OpenStackId,
    status: z.string().max(64),
    size: z.int().nonnegative(),
    availability_zone: z.string().max(255).nullable(),
    created_at: CinderTime,
    updated_at: CinderTime.nullable(),
    attachments: z.array(VolumeAttachmentSummary).max(64),
    name: z.string().max(255).nullable(),
    description: z.string().max(255).nullable(),
    volume_type: z.string().max(255).nullable(),
    snapshot_id: OpenStackId.nullable(),
    source_volid: OpenStackId.nullable(),
    metadata: z.record(z.string(), z.string()),
    links: Links,
    user_id: OpenStackId,
    bootable: z.enum(['true', 'false']),
    encrypted: z.boolean(),
    replication_status: z.string().nullable(),
    consistencygroup_id: OpenStackId.nullable(),
    multiattach: z.boolean(),
    'os-vol-tenant-attr:tenant_id': OpenStackId.optional(),
    /** From 3.13. */
    group_id: OpenStackId.nullish(),
    /** From 3.48; nullable from 3.69. */
    shared_targets: z.boolean().nullish(),
    service_uuid: z.string().nullish(),
    /** From 3.63. */
    volume_type_id: OpenStackId.optional(),
    /** From 3.65. */
    consumes_quota: z.boolean().optional(),
  })
  .meta({ id: 'Volume' });
export type VolumeDetail = z.infer<typeof VolumeDetail>;

export const VolumeSummary = z
  .object({ id: OpenStackId, name: z.string().max(255).nullable(), links: Links })
  .meta({ id: 'VolumeSummary' });
export type VolumeSummary = z.infer<typeof VolumeSummary>;

export const VolumeAnswer = z.object({ volume: VolumeDetail });
export const VolumeList = z.object({
  volumes: z.array(VolumeSummary),
  volumes_links: PageLinks.optional(),
  count: z.int().optional(),
});
export const VolumeDetailList = z.object({
  volumes: z.array(VolumeDetail),
  volumes_links: PageLinks.optional(),
  count: z.int().optional(),
});
export const MetadataBody = z.object({ metadata: Metadata });
export const MetaItemBody = z.object({ meta: Metadata });
export const VolumesSummary = z.object({
  'volume-summary': z.object({
    total_count: z.int(),
    total_size: z.int(),
    metadata: z.record(z.string(), z.array(z.string())).optional(),
  }),
});

/** `POST /volumes/{id}/action`: exactly one of the actions there are. */
export const VolumeAction = z
  .strictObject({
    'os-extend': z.strictObject({ new_size: SizeInput }),
    'os-set_bootable': z.strictObject({ bootable: CinderBoolean }),
    'os-detach': z.object({ attachment_id: Uuid.nullish() }).nullable(),
    'os-force_detach': z.object({ attachment_id: Uuid.nullish() }),
  })
  .partial()
  .refine((action) => Object.keys(action).length === 1, 'exactly one action must be given')
  .meta({ id: 'VolumeAction' });
export type VolumeAction = z.infer<typeof VolumeAction>;
