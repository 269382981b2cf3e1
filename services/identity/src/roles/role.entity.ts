import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { Role } from './role.js';

@Entity('roles')
@Index('roles_global_name', ['name'], { unique: true, where: '"domain_id" IS NULL' })
@Index('roles_domain_name', ['domainId', 'name'], { unique: true })
export class RoleEntity implements Role {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @Column({ type: 'varchar', length: 255 })
  name: string;

  @ManyToOne('DomainEntity', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'domain_id' })
  domain?: unknown;

  @Column({ name: 'domain_id', type: 'varchar', length: 64, nullable: true })
  domainId: string | null;

  @Column({ type: 'text', nullable: true })
  description: string | null;
}
