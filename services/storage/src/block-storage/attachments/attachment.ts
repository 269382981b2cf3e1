import type { AttachmentMode } from '@ocx/openstack-api/exchange/tokens';

/**
 * `reserved`: the volume is set aside. `exported`: its key was given out. `ending`: the export is being cut off.
 * `ended`: kept, so that a grant for it stays worthless whoever asks again.
 */
export type AttachmentState = 'reserved' | 'exported' | 'ending' | 'ended';

/** The only party that may redeem the attachment, and the key it proves itself with. */
export interface Connector {
  readonly landlordId: string;
  readonly thumbprint: string;
}

export interface Attachment {
  readonly id: string;
  readonly volumeId: string;
  readonly serverId: string | null;
  readonly mode: AttachmentMode;
  readonly state: AttachmentState;
  /** Null for attachments of the landlord's own users, who hold the connection themselves. */
  readonly connector: Connector | null;
  readonly hostName: string | null;
  readonly device: string | null;
  readonly createdAt: Date;
  readonly attachedAt: Date | null;
  readonly endedAt: Date | null;
}

export const isLive = (attachment: Attachment): boolean =>
  attachment.state === 'reserved' || attachment.state === 'exported';
