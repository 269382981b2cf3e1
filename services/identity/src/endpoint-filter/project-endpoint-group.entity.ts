import { Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

/** A group of endpoints that a project is given. */
@Entity('project_endpoint_groups')
export class ProjectEndpointGroupEntity {
  @ManyToOne('ProjectEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'project_id' })
  project?: unknown;

  @PrimaryColumn({ name: 'project_id', type: 'varchar', length: 64 })
  projectId: string;

  @ManyToOne('EndpointGroupEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'endpoint_group_id' })
  endpointGroup?: unknown;

  @Index()
  @PrimaryColumn({ name: 'endpoint_group_id', type: 'varchar', length: 64 })
  endpointGroupId: string;
}
