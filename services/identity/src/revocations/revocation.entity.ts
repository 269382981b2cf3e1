import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('revocations')
@Check('revocations_name_something', 'num_nonnulls("audit_id", "user_id", "project_id") >= 1')
export class RevocationEntity {
  @PrimaryColumn({ type: 'bigint' })
  seq: string;

  @Index()
  @Column({ name: 'audit_id', type: 'varchar', length: 64, nullable: true })
  auditId: string | null;

  @Index()
  @Column({ name: 'user_id', type: 'varchar', length: 64, nullable: true })
  userId: string | null;

  @Index()
  @Column({ name: 'project_id', type: 'varchar', length: 64, nullable: true })
  projectId: string | null;

  @Column({ name: 'issued_before', type: 'timestamptz' })
  issuedBefore: Date;

  @Index('revocations_revoked_at')
  @Column({ name: 'revoked_at', type: 'timestamptz', default: () => 'now()' })
  revokedAt: Date;
}
