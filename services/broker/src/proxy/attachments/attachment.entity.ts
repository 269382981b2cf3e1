import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AttachmentState } from './attachment.js';

/** A volume of one landlord at a server of another. One row per volume: the constraint is the lock. */
@Entity({ name: 'volume_attachments' })
@Check('volume_attachments_state', `state IN ('reserving', 'attaching', 'attached', 'detaching')`)
@Index('volume_attachments_volume', ['volumeId'], { unique: true })
@Index('volume_attachments_server', ['serverId'])
export class AttachmentEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'volume_attachments_pkey' })
  id: string;

  @Column({ name: 'volume_id', type: 'uuid' })
  volumeId: string;

  @Column({ name: 'server_id', type: 'uuid' })
  serverId: string;

  @Column({ name: 'project_id', type: 'text' })
  projectId: string;

  @Column({ name: 'volume_lease_id', type: 'uuid' })
  volumeLeaseId: string;

  @Column({ name: 'server_lease_id', type: 'uuid' })
  serverLeaseId: string;

  @Column({ name: 'storage_landlord_id', type: 'text' })
  storageLandlordId: string;

  @Column({ name: 'compute_landlord_id', type: 'text' })
  computeLandlordId: string;

  @Column({ type: 'text' })
  state: AttachmentState;

  @Column({ type: 'text', nullable: true })
  device: string | null;

  @Column({ type: 'text', nullable: true })
  tag: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
