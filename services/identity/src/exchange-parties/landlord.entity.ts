import type { LandlordKind, PublicJwk } from '@ocx/openstack-api/exchange/documents';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FormerKey, MovedLandlord } from './exchange-party.js';

@Entity('landlords')
export class LandlordEntity implements MovedLandlord {
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

  @Column({ name: 'move_seq', type: 'integer', default: 0 })
  moveSeq: number;

  @Column({ name: 'move_sha256', type: 'varchar', length: 64, nullable: true })
  moveSha256: string | null;

  @Column({ name: 'former_keys', type: 'jsonb', default: [] })
  formerKeys: FormerKey[];
}
