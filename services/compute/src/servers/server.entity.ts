import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Fault, Realm, TaskState, VmState } from './server.js';

@Entity('servers')
@Index('servers_owner', ['realm', 'projectId', 'createdAt', 'id'])
@Index('servers_address', ['networkId', 'address'], { unique: true })
export class ServerEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('varchar', { length: 8 })
  realm: Realm;

  @Column('varchar', { name: 'project_id', length: 64 })
  projectId: string;

  @Column('varchar', { name: 'user_id', length: 64 })
  userId: string;

  @Column('uuid', { name: 'lease_id', nullable: true, unique: true })
  leaseId: string | null;

  @Column('varchar', { length: 255 })
  name: string;

  @Column('varchar', { length: 255, nullable: true })
  description: string | null;

  @Column('uuid', { name: 'image_id' })
  imageId: string;

  @Column('varchar', { name: 'flavor_id', length: 64 })
  flavorId: string;

  @Column('varchar', { name: 'vm_state', length: 16 })
  vmState: VmState;

  @Column('varchar', { name: 'task_state', length: 24, nullable: true })
  taskState: TaskState | null;

  @Column('jsonb', { nullable: true })
  fault: Fault | null;

  @Column('varchar', { name: 'key_name', length: 255, nullable: true })
  keyName: string | null;

  @Column('jsonb', { name: 'public_keys' })
  publicKeys: string[];

  @Column('text', { name: 'user_data', nullable: true })
  userData: string | null;

  @Column('varchar', { length: 255 })
  hostname: string;

  @Column('jsonb')
  metadata: Record<string, string>;

  @Column('jsonb')
  tags: string[];

  @Column('varchar', { name: 'access_ipv4', length: 15 })
  accessIPv4: string;

  @Column('varchar', { name: 'access_ipv6', length: 45 })
  accessIPv6: string;

  @Column('varchar', { name: 'disk_config', length: 8 })
  diskConfig: 'AUTO' | 'MANUAL';

  @Column('boolean', { name: 'config_drive' })
  configDrive: boolean;

  @ForeignKey('NetworkEntity')
  @Column('uuid', { name: 'network_id', nullable: true })
  networkId: string | null;

  @Column('varchar', { length: 15, nullable: true })
  address: string | null;

  @Column('varchar', { length: 17, nullable: true })
  mac: string | null;

  @Column('varchar', { name: 'engine_id', length: 64, nullable: true })
  engineId: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  @Column('timestamptz', { name: 'launched_at', nullable: true })
  launchedAt: Date | null;
}
