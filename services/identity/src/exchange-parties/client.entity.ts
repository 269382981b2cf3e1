import type { PublicJwk } from '@ocx/openstack-api/exchange/documents';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ExchangeParty } from './exchange-party.js';

/** A party of the exchange itself: the broker. */
@Entity('clients')
export class ClientEntity implements ExchangeParty {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @Column({ type: 'jsonb' })
  jwk: PublicJwk;

  @Column({ type: 'varchar', length: 43, unique: true })
  thumbprint: string;
}
