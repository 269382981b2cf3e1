import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, Unique } from 'typeorm';

// NULLs are distinct to PostgreSQL, so each unique constraint binds only the rows of its own kind.
@Entity('role_assignments')
@Unique(['roleId', 'userId', 'projectId', 'inherited'])
@Unique(['roleId', 'userId', 'domainId', 'inherited'])
@Unique(['roleId', 'groupId', 'projectId', 'inherited'])
@Unique(['roleId', 'groupId', 'domainId', 'inherited'])
@Index(['roleId', 'userId'], { unique: true, where: '"system"' })
@Index(['roleId', 'groupId'], { unique: true, where: '"system"' })
@Check('role_assignments_one_actor', 'num_nonnulls("user_id", "group_id") = 1')
@Check('role_assignments_system_not_inherited', 'NOT ("system" AND "inherited")')
@Check('role_assignments_one_target', 'num_nonnulls("project_id", "domain_id") + "system"::int = 1')
export class RoleAssignmentEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  id: string;

  @ManyToOne('RoleEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'role_id' })
  role?: unknown;

  @Column({ name: 'role_id', type: 'varchar', length: 64 })
  roleId: string;

  @ManyToOne('UserEntity', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'user_id' })
  user?: unknown;

  @Index()
  @Column({ name: 'user_id', type: 'varchar', length: 64, nullable: true })
  userId: string | null;

  @ManyToOne('GroupEntity', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'group_id' })
  group?: unknown;

  @Index()
  @Column({ name: 'group_id', type: 'varchar', length: 64, nullable: true })
  groupId: string | null;

  @ManyToOne('ProjectEntity', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'project_id' })
  project?: unknown;

  @Index()
  @Column({ name: 'project_id', type: 'varchar', length: 64, nullable: true })
  projectId: string | null;

  @ManyToOne('DomainEntity', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'domain_id' })
  domain?: unknown;

  @Index()
  @Column({ name: 'domain_id', type: 'varchar', length: 64, nullable: true })
  domainId: string | null;

  @Column({ type: 'boolean', default: false })
  system: boolean;

  @Column({ type: 'boolean', default: false })
  inherited: boolean;
}
