import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

/** The policy of an endpoint, of a service, or of a service in a region. */
@Entity('policy_associations')
export class PolicyAssociationEntity {
  /** What it is of, so that there is one policy for each. */
  @PrimaryColumn({ type: 'varchar', length: 400 })
  target: string;

  @ManyToOne('PolicyDocumentEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'policy_id' })
  policy?: unknown;

  @Index()
  @Column({ name: 'policy_id', type: 'varchar', length: 64 })
  policyId: string;

  @ManyToOne('EndpointEntity', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'endpoint_id' })
  endpoint?: unknown;

  @Index()
  @Column({ name: 'endpoint_id', type: 'varchar', length: 64, nullable: true })
  endpointId: string | null;

  @ManyToOne('ServiceEntity', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'service_id' })
  service?: unknown;

  @Index()
  @Column({ name: 'service_id', type: 'varchar', length: 64, nullable: true })
  serviceId: string | null;

  @ManyToOne('RegionEntity', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'region_id' })
  region?: unknown;

  @Index()
  @Column({ name: 'region_id', type: 'varchar', length: 255, nullable: true })
  regionId: string | null;
}
