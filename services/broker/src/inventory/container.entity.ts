import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Which landlord holds a container. The key makes a name unique within a project across all landlords. */
@Entity({ name: 'inventory_containers' })
@Index('inventory_containers_lease', ['leaseId'])
export class ContainerEntity {
  @PrimaryColumn({
    name: 'project_id',
    type: 'text',
    primaryKeyConstraintName: 'inventory_containers_pkey',
  })
  projectId: string;

  @PrimaryColumn({
    type: 'text',
    collation: 'C',
    primaryKeyConstraintName: 'inventory_containers_pkey',
  })
  name: string;

  @Column({ name: 'landlord_id', type: 'text' })
  landlordId: string;

  /** Of the object account that it is in. */
  @Column({ name: 'lease_id', type: 'uuid' })
  leaseId: string;

  /** Changes with every PUT: what an older request tidies up does not take away what a newer one relies on. */
  @Column({ name: 'claim_id', type: 'uuid' })
  claimId: string;

  @Column({ type: 'text' })
  policy: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  /** As its landlord last said; the driver gives a bigint as text. */
  @Column({ name: 'object_count', type: 'bigint', default: 0 })
  objectCount: string;

  @Column({ name: 'bytes_used', type: 'bigint', default: 0 })
  bytesUsed: string;
}

/** Where a project's containers go when nobody says: chosen once, the cheapest offer of that moment. */
@Entity({ name: 'object_default_landlords' })
export class ObjectDefaultEntity {
  @PrimaryColumn({
    name: 'project_id',
    type: 'text',
    primaryKeyConstraintName: 'object_default_landlords_pkey',
  })
  projectId: string;

  @Column({ name: 'landlord_id', type: 'text' })
  landlordId: string;

  /** Of the object account there: with it the choice ends. */
  @Column({ name: 'lease_id', type: 'uuid' })
  leaseId: string;
}
