import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One `X-Account-Meta-…` of a project's account: the broker's to keep, for an account is at many landlords. */
@Entity({ name: 'object_account_metadata' })
export class AccountMetadataEntity {
  @PrimaryColumn({
    name: 'project_id',
    type: 'text',
    primaryKeyConstraintName: 'object_account_metadata_pkey',
  })
  projectId: string;

  /** In small letters, without `x-account-meta-`. */
  @PrimaryColumn({
    type: 'text',
    collation: 'C',
    primaryKeyConstraintName: 'object_account_metadata_pkey',
  })
  name: string;

  @Column({ type: 'text' })
  value: string;
}
