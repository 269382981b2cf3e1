import { Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

@Entity('trust_roles')
export class TrustRoleEntity {
  @ManyToOne('TrustEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'trust_id' })
  trust?: unknown;

  @PrimaryColumn({ name: 'trust_id', type: 'varchar', length: 64 })
  trustId: string;

  @ManyToOne('RoleEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'role_id' })
  role?: unknown;

  @Index()
  @PrimaryColumn({ name: 'role_id', type: 'varchar', length: 64 })
  roleId: string;
}
