import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** The hash of every token minted for another party: what makes an impersonation by identity itself provable. */
@Entity('minted_tokens')
@Index('minted_tokens_audience', ['audience', 'expiresAt'])
export class MintedTokenEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  id: string;

  @Column({ type: 'varchar', length: 64, unique: true })
  sha256: string;

  @Column({ type: 'varchar', length: 64 })
  jti: string;

  @Column({ name: 'client_id', type: 'varchar', length: 64 })
  clientId: string;

  @Column({ type: 'varchar', length: 64 })
  audience: string;

  @Column({ type: 'varchar', length: 64 })
  subject: string;

  @Column({ name: 'project_id', type: 'varchar', length: 64, nullable: true })
  projectId: string | null;

  @Column({ name: 'lease_id', type: 'uuid', nullable: true })
  leaseId: string | null;

  @Column({ type: 'text', array: true })
  actions: string[];

  /** Of the exchange token or lease grant that it was made from and dies with; null where it outlives that. */
  @Column({ name: 'subject_audit_ids', type: 'text', array: true, nullable: true })
  subjectAuditIds: string[] | null;

  /** Before which a revocation of its user or project ended it; null where none does. */
  @Column({ name: 'subject_issued_at', type: 'timestamptz', nullable: true })
  subjectIssuedAt: Date | null;

  /** When the party that it was issued to gave it back (RFC 7009). */
  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt: Date | null;

  @Index()
  @Column({ name: 'issued_at', type: 'timestamptz' })
  issuedAt: Date;

  @Index('minted_tokens_expires_at')
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt: Date;
}
