import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ServiceProvider } from './service-provider.js';

@Entity('service_providers')
export class ServiceProviderEntity implements ServiceProvider {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @Column({ name: 'auth_url', type: 'varchar', length: 256 })
  authUrl: string;

  @Column({ name: 'sp_url', type: 'varchar', length: 256 })
  spUrl: string;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  @Column({ type: 'boolean', default: false })
  enabled: boolean;

  @Column({ name: 'relay_state_prefix', type: 'varchar', length: 256, default: 'ss:mem:' })
  relayStatePrefix: string;
}
