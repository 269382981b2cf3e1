import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import type { PublicJwk } from '@ocx/openstack-api/exchange/documents';

@Entity('landlord_enrolment')
@Check('landlord_enrolment_single', 'id = 1')
export class EnrolmentEntity {
  @PrimaryColumn('smallint', { primaryKeyConstraintName: 'landlord_enrolment_pk' })
  id!: number;

  @Column('text', { name: 'landlord_id' })
  landlordId!: string;

  @Column('text')
  exchange!: string;

  @Column('text')
  issuer!: string;

  @Column('text', { name: 'identity_url' })
  identityUrl!: string;

  @Column('jsonb', { name: 'exchange_jwk' })
  exchangeJwk!: PublicJwk;

  @Column('text', { name: 'key_thumbprint' })
  keyThumbprint!: string;

  @Column('text')
  endpoint!: string;

  @Column('timestamptz', { name: 'enrolled_at' })
  enrolledAt!: Date;

  @Column('integer', { name: 'move_seq', default: 0 })
  moveSeq!: number;

  @Column('text', { name: 'move_sha256', nullable: true })
  moveSha256!: string | null;

  @Column('text', { name: 'former_endpoint', nullable: true })
  formerEndpoint!: string | null;

  @Column('timestamptz', { name: 'former_endpoint_until', nullable: true })
  formerEndpointUntil!: Date | null;

  @Column('integer', { nullable: true })
  port!: number | null;
}
