import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the server of a lease will boot with, put there before it is created. */
@Entity('server_boots')
export class ServerBootEntity {
  @PrimaryColumn('uuid', { name: 'lease_id' })
  leaseId: string;

  @Column('jsonb', { name: 'public_keys' })
  publicKeys: string[];

  @Column('text', { name: 'user_data', nullable: true })
  userData: string | null;

  @Column('varchar', { length: 255, nullable: true })
  hostname: string | null;
}
