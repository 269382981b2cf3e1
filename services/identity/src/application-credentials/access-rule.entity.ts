import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import type { AccessRule } from './application-credential.js';

@Entity('access_rules')
@Unique(['userId', 'service', 'method', 'path'])
export class AccessRuleEntity implements AccessRule {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @ManyToOne('UserEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id' })
  user?: unknown;

  @Column({ name: 'user_id', type: 'varchar', length: 64 })
  userId: string;

  @Column({ type: 'varchar', length: 64 })
  service: string;

  @Column({ type: 'varchar', length: 16 })
  method: string;

  @Column({ type: 'varchar', length: 128 })
  path: string;
}
