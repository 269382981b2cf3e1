export type AttachmentState = 'reserving' | 'attaching' | 'attached' | 'detaching';

/**
 * A volume at a server, each at its own landlord. reserving: the order of 03 is under way. attaching: the compute
 * landlord has the grant. detaching: both are told to let go, until both have; also what the compute landlord
 * could not connect.
 */
export interface Attachment {
  readonly id: string;
  readonly volumeId: string;
  readonly serverId: string;
  readonly projectId: string;
  readonly volumeLeaseId: string;
  readonly serverLeaseId: string;
  readonly storageLandlordId: string;
  readonly computeLandlordId: string;
  readonly state: AttachmentState;
  readonly device: string | null;
  readonly tag: string | null;
  readonly createdAt: Date;
}
