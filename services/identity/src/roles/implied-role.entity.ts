import { Check, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

/** Whoever has the prior role also has the implied one. */
@Entity('implied_roles')
@Check('implied_roles_differ', '"prior_role_id" <> "implied_role_id"')
export class ImpliedRoleEntity {
  @ManyToOne('RoleEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'prior_role_id' })
  priorRole?: unknown;

  @PrimaryColumn({ name: 'prior_role_id', type: 'varchar', length: 64 })
  priorRoleId: string;

  @ManyToOne('RoleEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'implied_role_id' })
  impliedRole?: unknown;

  @Index()
  @PrimaryColumn({ name: 'implied_role_id', type: 'varchar', length: 64 })
  impliedRoleId: string;
}
