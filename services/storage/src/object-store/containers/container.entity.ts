import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { AccountEntity } from '../accounts/account.entity.js';
import { bigNumber } from '../big-number.js';

@Entity('object_containers')
@Index('object_containers_name', ['accountId', 'name'], { unique: true })
@Check('object_containers_counts', 'object_count >= 0 AND bytes_used >= 0')
export class ContainerEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'object_containers_pkey' })
  id: string;

  @Column('uuid', { name: 'account_id' })
  @ForeignKey(() => AccountEntity, { name: 'object_containers_account' })
  accountId: string;

  // Collation C: Swift orders and pages names by their bytes.
  @Column({ type: 'text', collation: 'C' })
  name: string;

  @Column('bigint', { transformer: bigNumber })
  timestamp: number;

  @Column('varchar', { name: 'storage_policy', length: 64 })
  storagePolicy: string;

  @Column('jsonb', { default: {} })
  metadata: Record<string, string>;

  @Column('bigint', { name: 'object_count', default: 0, transformer: bigNumber })
  objectCount: number;

  @Column('bigint', { name: 'bytes_used', default: 0, transformer: bigNumber })
  bytesUsed: number;
}
