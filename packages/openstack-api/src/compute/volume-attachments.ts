import { z } from 'zod';
import { LandlordId, Uuid } from '../ids.js';
import { AttachmentMode } from '../exchange/tokens.js';

/** `POST /servers/{id}/os-volume_attachments`. */
export const CreateVolumeAttachment = z.strictObject({
  volumeAttachment: z.strictObject({
    volumeId: Uuid,
    device: z
      .string()
      .regex(/^\/dev\/vd[b-z]$/)
      .nullish(),
    tag: z.string().max(60).optional(),
    delete_on_termination: z.boolean().optional(),
  }),
});

/** One row of `GET /servers/{id}/os-volume_attachments`, over all microversions. */
export const VolumeAttachmentView = z
  .strictObject({
    id: Uuid.optional(),
    device: z.string(),
    serverId: Uuid,
    volumeId: Uuid,
    tag: z.string().nullable().optional(),
    delete_on_termination: z.boolean().optional(),
    attachment_id: Uuid.optional(),
    bdm_uuid: Uuid.optional(),
  })
  .meta({ id: 'ServerVolume' });

export type VolumeAttachmentRow = z.infer<typeof VolumeAttachmentView>;

/** `POST /landlord/v1/attachments` at a compute landlord. */
export const ConnectAttachment = z.strictObject({
  id: Uuid,
  server_id: Uuid,
  volume_id: Uuid,
  mode: AttachmentMode,
  device: z
    .string()
    .regex(/^\/dev\/vd[b-z]$/)
    .optional(),
  /** The attachment grant: bound to this landlord's key, so worthless to anybody else. */
  grant: z.string().min(1).max(8192),
  storage: z.strictObject({ landlord_id: LandlordId, endpoint: z.url({ protocol: /^https?$/ }).max(256) }),
});
export type ConnectAttachment = z.infer<typeof ConnectAttachment>;

export const AttachmentState = z.enum(['attaching', 'attached', 'detaching', 'error']);
export type AttachmentState = z.infer<typeof AttachmentState>;

/** An attachment as the compute landlord shows it to the broker. */
export const AttachmentView = z.strictObject({
  id: Uuid,
  server_id: Uuid,
  volume_id: Uuid,
  state: AttachmentState,
  device: z.string(),
  /** Where the volume is inside the server. */
  path: z.string(),
  error: z.string().optional(),
});
export type AttachmentView = z.infer<typeof AttachmentView>;

/** What the storage landlord answers to a redeemed grant. `tls.key` is secret. */
export const RedeemedAttachment = z.object({
  protocol: z.literal('nbd'),
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65535),
  export: z.string().min(1).max(255),
  size: z.int().positive(),
  mode: AttachmentMode,
  tls: z.object({ username: z.string().min(1).max(255), key: z.string().regex(/^[0-9a-f]{32,256}$/) }),
});
export type RedeemedAttachment = z.infer<typeof RedeemedAttachment>;
