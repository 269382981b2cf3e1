import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** What was done to a server: Nova's instance actions. Goes with the server. */
@Entity('server_actions')
@Index('server_actions_server', ['serverId', 'id'])
export class ServerActionEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id: string;

  @ForeignKey('ServerEntity', { onDelete: 'CASCADE' })
  @Column('uuid', { name: 'server_id' })
  serverId: string;

  @Column('varchar', { length: 32 })
  action: string;

  @Column('varchar', { name: 'request_id', length: 64 })
  requestId: string;

  @Column('varchar', { name: 'user_id', length: 64 })
  userId: string;

  @Column('varchar', { name: 'project_id', length: 64 })
  projectId: string;

  @Column('varchar', { length: 255, nullable: true })
  message: string | null;

  @Column('timestamptz', { name: 'started_at' })
  startedAt: Date;
}
