import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The answer to a POST under its Idempotency-Key, for a day. */
@Entity('idempotency_keys')
@Index('idempotency_keys_created_idx', ['createdAt'])
export class IdempotencyKeyEntity {
  /** User and project of the caller, or the route's own subject: keys of different callers never meet. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'idempotency_keys_pkey' })
  scope: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'idempotency_keys_pkey' })
  key: string;

  /** SHA-256 of method, path and body. */
  @Column({ type: 'text', name: 'request_sha256' })
  requestSha256: string;

  /** Null while the first request runs. */
  @Column({ type: 'jsonb', nullable: true })
  answer: unknown;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
