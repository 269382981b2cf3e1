import { Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

/** An endpoint that a project is given. */
@Entity('project_endpoints')
export class ProjectEndpointEntity {
  @ManyToOne('ProjectEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'project_id' })
  project?: unknown;

  @PrimaryColumn({ name: 'project_id', type: 'varchar', length: 64 })
  projectId: string;

  @ManyToOne('EndpointEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'endpoint_id' })
  endpoint?: unknown;

  @Index()
  @PrimaryColumn({ name: 'endpoint_id', type: 'varchar', length: 64 })
  endpointId: string;
}
