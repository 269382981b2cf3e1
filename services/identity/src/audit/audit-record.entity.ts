import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Append-only: a trigger refuses every change and every removal. */
@Entity('audit_records')
export class AuditRecordEntity {
  @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'audit_records_pkey' })
  seq: string;

  @Column({ type: 'text' })
  event: string;

  @Column({ type: 'varchar', length: 64, nullable: true })
  previous: string | null;

  @Column({ type: 'varchar', length: 64 })
  sha256: string;
}
