import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { AttachmentMode } from '@ocx/openstack-api/exchange/tokens';
import type { AttachmentState } from '@ocx/openstack-api/compute/volume-attachments';

@Entity('volume_attachments')
@Index('volume_attachments_device', ['serverId', 'device'], { unique: true })
@Index('volume_attachments_volume', ['serverId', 'volumeId'], { unique: true })
export class VolumeAttachmentEntity {
  @PrimaryColumn('uuid')
  id: string;

  @ForeignKey('ServerEntity')
  @Column('uuid', { name: 'server_id' })
  serverId: string;

  @Column('uuid', { name: 'volume_id' })
  volumeId: string;

  @Column('varchar', { length: 2 })
  mode: AttachmentMode;

  /** `/dev/vdb`; the volume appears at /volumes/vdb. */
  @Column('varchar', { length: 16 })
  device: string;

  @Column('varchar', { length: 16 })
  state: AttachmentState;

  @Column('varchar', { length: 255, nullable: true })
  error: string | null;

  /** Bound to this landlord's key: worthless to whoever reads it here. */
  @Column('text')
  grant: string;

  @Column('varchar', { name: 'storage_id', length: 64 })
  storageId: string;

  @Column('varchar', { name: 'storage_endpoint', length: 256 })
  storageEndpoint: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
