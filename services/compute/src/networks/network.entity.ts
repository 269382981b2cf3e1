import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('networks')
@Index('networks_owner', ['realm', 'projectId'], { unique: true })
export class NetworkEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('varchar', { length: 8 })
  realm: 'exchange' | 'own';

  @Column('varchar', { name: 'project_id', length: 64 })
  projectId: string;

  /** CIDR out of the landlord's pool. */
  @Column('varchar', { length: 18, unique: true })
  subnet: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
