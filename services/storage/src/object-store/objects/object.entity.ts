import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { bigNumber } from '../big-number.js';
import { ContainerEntity } from '../containers/container.entity.js';
import type { ManifestSegment } from './stored-object.js';

@Entity('objects')
@Index('objects_blob', ['blobId'], { unique: true })
@Index('objects_delete_at', ['deleteAt'], { where: 'delete_at IS NOT NULL' })
export class ObjectEntity {
  @PrimaryColumn('uuid', { name: 'container_id', primaryKeyConstraintName: 'objects_pkey' })
  @ForeignKey(() => ContainerEntity, { name: 'objects_container' })
  containerId: string;

  @PrimaryColumn({ type: 'text', collation: 'C', primaryKeyConstraintName: 'objects_pkey' })
  name: string;

  /** Of the last PUT or POST. */
  @Column('bigint', { transformer: bigNumber })
  timestamp: number;

  /** Of the PUT that brought the bytes: among PUTs at once the latest wins. */
  @Column('bigint', { name: 'data_timestamp', transformer: bigNumber })
  dataTimestamp: number;

  @Column('uuid', { name: 'blob_id' })
  blobId: string;

  /** Bytes stored: of a static large object, its manifest's. */
  @Column('bigint', { transformer: bigNumber })
  size: number;

  @Column('char', { length: 32 })
  md5: string;

  @Column('text', { name: 'content_type' })
  contentType: string;

  /** Headers kept with the object, such as `content-encoding`, by lower-case name. */
  @Column('jsonb', { default: {} })
  headers: Record<string, string>;

  @Column('jsonb', { default: {} })
  metadata: Record<string, string>;

  /** Seconds since the epoch. */
  @Column('bigint', { name: 'delete_at', nullable: true, transformer: bigNumber })
  deleteAt: number | null;

  /** Of a static large object. */
  @Column('jsonb', { nullable: true })
  segments: ManifestSegment[] | null;
}
