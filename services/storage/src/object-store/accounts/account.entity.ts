import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { bigNumber } from '../big-number.js';

@Entity('object_accounts')
@Index('object_accounts_open', ['realm', 'projectId'], { unique: true, where: 'NOT closing' })
@Index('object_accounts_lease', ['leaseId'], { unique: true, where: 'lease_id IS NOT NULL' })
@Check('object_accounts_realm', `realm IN ('exchange', 'own') AND (realm = 'exchange') = (lease_id IS NOT NULL)`)
@Check('object_accounts_counts', 'container_count >= 0 AND object_count >= 0 AND bytes_used >= 0')
export class AccountEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'object_accounts_pkey' })
  id: string;

  @Column('varchar', { length: 8 })
  realm: 'exchange' | 'own';

  @Column('varchar', { name: 'project_id', length: 64 })
  projectId: string;

  @Column('uuid', { name: 'lease_id', nullable: true })
  leaseId: string | null;

  /** Its lease ended; nobody reaches it while it is emptied. */
  @Column('boolean', { default: false })
  closing: boolean;

  @Column('bigint', { transformer: bigNumber })
  timestamp: number;

  @Column('jsonb', { default: {} })
  metadata: Record<string, string>;

  @Column('bigint', { name: 'container_count', default: 0, transformer: bigNumber })
  containerCount: number;

  @Column('bigint', { name: 'object_count', default: 0, transformer: bigNumber })
  objectCount: number;

  @Column('bigint', { name: 'bytes_used', default: 0, transformer: bigNumber })
  bytesUsed: number;
}
