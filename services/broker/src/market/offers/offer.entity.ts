import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Offer } from '@ocx/openstack-api/exchange/documents';
import { LandlordEntity } from '../../landlords/landlord.entity.js';

/** A landlord's newest signed version of one offer. */
@Entity('offers')
@Index('offers_product_idx', ['productType', 'productId'])
export class OfferEntity {
  @PrimaryColumn({ type: 'text', name: 'landlord_id', primaryKeyConstraintName: 'offers_pkey' })
  landlordId: string;

  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'offers_pkey' })
  id: string;

  @Column({ type: 'int' })
  version: number;

  @Column({ type: 'text', name: 'product_type' })
  productType: string;

  @Column({ type: 'text', name: 'product_id' })
  productId: string;

  @Column({ type: 'jsonb' })
  document: Offer;

  /** The document as the landlord signed it. */
  @Column({ type: 'text' })
  jws: string;

  @Column({ type: 'timestamptz', name: 'received_at' })
  receivedAt: Date;

  /** Withdrawn offers are kept: their version must not go back when the landlord offers them again. */
  @Column({ type: 'boolean', default: false })
  withdrawn: boolean;

  @ManyToOne(() => LandlordEntity)
  @JoinColumn({ name: 'landlord_id', foreignKeyConstraintName: 'offers_landlord_id_fkey' })
  landlord: Relation<LandlordEntity>;
}
