import { z } from 'zod';
import { AttachmentAccess, AttachmentMode } from '../exchange/tokens.js';
import { LandlordId, OpenStackId, Thumbprint, Uuid } from '../ids.js';
import { CinderTime, PageLinks } from './wire.js';

/** `POST /attachments`, microversion 3.27; `mode` from 3.54. */
export const CreateAttachment = z.object({
  attachment: z.object({
    volume_uuid: Uuid,
    instance_uuid: Uuid.nullish(),
    connector: z.record(z.string().max(255), z.unknown()).nullish(),
    mode: AttachmentMode.nullish(),
  }),
});
export type CreateAttachment = z.infer<typeof CreateAttachment>;

/** `PUT /attachments/{id}`. */
export const UpdateAttachment = z.object({
  attachment: z.object({ connector: z.record(z.string().max(255), z.unknown()), mode: AttachmentMode.nullish() }),
});

/** `POST /attachments/{id}/action`. */
export const CompleteAttachment = z.strictObject({ 'os-complete': z.unknown() });

export const AttachmentSummaryView = z.object({
  id: OpenStackId,
  status: z.string().max(64),
  instance: OpenStackId.nullable(),
  volume_id: OpenStackId,
});
export const AttachmentView = AttachmentSummaryView.extend({
  attached_at: CinderTime.or(z.literal('')),
  detached_at: CinderTime.or(z.literal('')),
  attach_mode: AttachmentMode.or(z.literal('null')).nullable(),
  /** Never a secret: the connector alone redeems that. */
  connection_info: z.record(z.string(), z.unknown()),
}).meta({ id: 'Attachment' });
export type AttachmentView = z.infer<typeof AttachmentView>;

export const AttachmentAnswer = z.object({ attachment: AttachmentView });
export const AttachmentList = z.object({
  attachments: z.array(AttachmentSummaryView),
  attachments_links: PageLinks.optional(),
});
export const AttachmentDetailList = z.object({
  attachments: z.array(AttachmentView),
  attachments_links: PageLinks.optional(),
});

/** `POST /landlord/v1/attachments` at a storage landlord: reserves. */
export const ReserveAttachment = AttachmentAccess;
export type ReserveAttachment = z.infer<typeof ReserveAttachment>;

/** What reserving answers, and every later question about the attachment. */
export const ReservedAttachment = z.object({
  id: Uuid,
  volume_id: Uuid,
  server_id: Uuid,
  mode: AttachmentMode,
  /** Bytes. */
  size: z.int().positive(),
  state: z.enum(['reserved', 'exported']),
  connector: z.object({ landlord_id: LandlordId, jkt: Thumbprint }),
});
export type ReservedAttachment = z.infer<typeof ReservedAttachment>;

/** `POST /landlord/v1/attachments/{id}/redeem`: where the volume is, and the secret of this one attachment. */
export const RedeemedAttachment = z.object({
  protocol: z.literal('nbd'),
  /** Host name or address, never a URL or a path. */
  host: z.string().regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45})$/),
  port: z.int().min(1).max(65_535),
  export: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/),
  /** Bytes. */
  size: z.int().positive(),
  mode: AttachmentMode,
  tls: z.object({
    username: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/),
    /** Lower-case hex, 16 to 64 bytes. */
    key: z.string().regex(/^(?:[0-9a-f]{2}){16,64}$/),
  }),
});
export type RedeemedAttachment = z.infer<typeof RedeemedAttachment>;
