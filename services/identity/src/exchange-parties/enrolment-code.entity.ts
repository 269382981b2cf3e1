import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A one-time code, known only by its hash, and the key it was used for. */
@Entity('enrolment_codes')
export class EnrolmentCodeEntity {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  sha256: string;

  @Column({ name: 'client_id', type: 'varchar', length: 64 })
  clientId: string;

  @Column({ type: 'varchar', length: 43, nullable: true })
  thumbprint: string | null;
}
