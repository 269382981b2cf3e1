import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A one-time enrolment code. Only its hash is kept; the code itself was shown once to the operator. */
@Entity('enrolment_codes')
export class EnrolmentCodeEntity {
  @PrimaryColumn({ type: 'text', name: 'code_sha256', primaryKeyConstraintName: 'enrolment_codes_pkey' })
  codeSha256: string;

  @Column({ type: 'text', name: 'created_by' })
  createdBy: string;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'expires_at' })
  expiresAt: Date;

  /** Thumbprint of the first key that used the code; no other key may use it after that. */
  @Column({ type: 'text', nullable: true })
  jkt: string | null;
}
