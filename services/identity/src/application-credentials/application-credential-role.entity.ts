import { Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

@Entity('application_credential_roles')
export class ApplicationCredentialRoleEntity {
  @ManyToOne('ApplicationCredentialEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'application_credential_id' })
  applicationCredential?: unknown;

  @PrimaryColumn({ name: 'application_credential_id', type: 'varchar', length: 64 })
  applicationCredentialId: string;

  @ManyToOne('RoleEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'role_id' })
  role?: unknown;

  @Index()
  @PrimaryColumn({ name: 'role_id', type: 'varchar', length: 64 })
  roleId: string;
}
