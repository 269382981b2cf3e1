import type { AttachmentMode } from '@ocx/openstack-api/exchange/tokens';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { VolumeEntity } from '../volumes/volume.entity.js';
import type { AttachmentState } from './attachment.js';

@Entity('volume_attachments')
@Index('volume_attachments_live', ['volumeId'], { unique: true, where: `state <> 'ended'` })
@Index('volume_attachments_volume', ['volumeId'])
@Check('volume_attachments_state', `state IN ('reserved', 'exported', 'ending', 'ended')`)
@Check('volume_attachments_ended', `(state = 'ended') = (ended_at IS NOT NULL)`)
@Check('volume_attachments_mode', `mode IN ('rw', 'ro')`)
@Check('volume_attachments_connector', '(connector_landlord_id IS NULL) = (connector_thumbprint IS NULL)')
export class AttachmentEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'volume_attachments_pkey' })
  id: string;

  @Column('uuid', { name: 'volume_id' })
  volumeId: string;

  @Column('uuid', { name: 'server_id', nullable: true })
  serverId: string | null;

  @Column('varchar', { length: 2 })
  mode: AttachmentMode;

  @Column('varchar', { length: 16 })
  state: AttachmentState;

  @Column('varchar', { name: 'connector_landlord_id', length: 64, nullable: true })
  connectorLandlordId: string | null;

  @Column('varchar', { name: 'connector_thumbprint', length: 43, nullable: true })
  connectorThumbprint: string | null;

  @Column('varchar', { name: 'host_name', length: 255, nullable: true })
  hostName: string | null;

  @Column('varchar', { length: 255, nullable: true })
  device: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'attached_at', nullable: true })
  attachedAt: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @ManyToOne(() => VolumeEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'volume_id', foreignKeyConstraintName: 'volume_attachments_volume_fkey' })
  volume?: Relation<VolumeEntity>;
}
