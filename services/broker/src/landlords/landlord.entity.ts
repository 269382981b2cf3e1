import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { LandlordKind, PublicJwk } from '@ocx/openstack-api/exchange/documents';
import type { FormerKey, LandlordState } from './landlord.js';

@Entity('landlords')
@Unique('landlords_name_key', ['name'])
@Unique('landlords_region_key', ['region'])
@Unique('landlords_jkt_key', ['jkt'])
@Check('landlords_kind_check', `kind IN ('compute', 'storage')`)
@Check('landlords_state_check', `state IN ('active', 'draining', 'gone')`)
export class LandlordEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'landlords_pkey' })
  id: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text' })
  kind: LandlordKind;

  @Column({ type: 'text' })
  region: string;

  @Column({ type: 'text' })
  endpoint: string;

  @Column({ type: 'jsonb' })
  jwk: PublicJwk;

  @Column({ type: 'text' })
  jkt: string;

  @Column({ type: 'text', default: 'active' })
  state: LandlordState;

  @Column({ type: 'text', default: '' })
  description: string;

  @Column({ type: 'integer', name: 'move_seq', default: 0 })
  moveSeq: number;

  @Column({ type: 'text', name: 'move_sha256', nullable: true })
  moveSha256: string | null;

  @Column({ type: 'jsonb', name: 'former_keys', default: [] })
  formerKeys: FormerKey[];

  /** Number of the last event of this landlord's feed that was worked off. */
  @Column({ type: 'bigint', name: 'event_seq', default: 0 })
  eventSeq: string;

  /** Null until audience, key and region stand at identity: such a landlord sells nothing yet. */
  @Column({ type: 'timestamptz', name: 'registered_at', nullable: true })
  registeredAt: Date | null;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
