import type { LandlordKind, PublicJwk } from '@ocx/openstack-api/exchange/documents';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Landlord } from './exchange-party.js';

@Entity('landlords')
export class LandlordEntity implements Landlord {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @Column({ type: 'varchar', length: 64 })
  name: string;

  @Column({ type: 'varchar', length: 16 })
  kind: LandlordKind;

  @Column({ type: 'varchar', length: 64 })
  region: string;

  @Column({ type: 'varchar', length: 256 })
  endpoint: string;

  @Column({ type: 'jsonb' })
  jwk: PublicJwk;

  @Column({ type: 'varchar', length: 43, unique: true })
  thumbprint: string;

  @Column({ name: 'accepts_admin', type: 'boolean', default: false })
  acceptsAdmin: boolean;
}
