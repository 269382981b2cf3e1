import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where the trail was cut: its records up to this one are in an archive. Append-only, as the trail is. */
@Entity('audit_checkpoints')
export class AuditCheckpointEntity {
  /** The last record that was archived. */
  @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'audit_checkpoints_pkey' })
  seq: string;

  @Column({ type: 'varchar', length: 64 })
  sha256: string;

  @Column({ name: 'archived_at', type: 'timestamptz', default: () => 'now()' })
  archivedAt: Date;
}
