import { Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

@Entity('application_credential_access_rules')
export class ApplicationCredentialAccessRuleEntity {
  @ManyToOne('ApplicationCredentialEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'application_credential_id' })
  applicationCredential?: unknown;

  @PrimaryColumn({ name: 'application_credential_id', type: 'varchar', length: 64 })
  applicationCredentialId: string;

  // A rule in use is not deleted: that would silently change what the credential may do. Deferred, so that a user ends
  // with both, in whichever order the database takes them.
  @ManyToOne('AccessRuleEntity', { onDelete: 'NO ACTION', nullable: false, deferrable: 'INITIALLY DEFERRED' })
  @JoinColumn({ name: 'access_rule_id' })
  accessRule?: unknown;

  @Index()
  @PrimaryColumn({ name: 'access_rule_id', type: 'varchar', length: 64 })
  accessRuleId: string;
}
