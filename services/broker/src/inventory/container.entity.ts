import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Which landlord holds a container. The key makes a name unique within a project across all landlords. */
@Entity({ name: 'inventory_containers' })
@Index('inventory_containers_landlord', ['landlordId'])
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
}
