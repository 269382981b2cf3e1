import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { Product } from '@ocx/openstack-api/exchange/documents';
import type { OfferTerms } from './offer.js';

@Entity('landlord_offer')
@Unique('landlord_offer_product', ['productType', 'productId'])
@Check('landlord_offer_version', 'version > 0')
export class OfferEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'landlord_offer_pk' })
  id!: string;

  @Column('text', { name: 'product_type' })
  productType!: Product['type'];

  @Column('text', { name: 'product_id' })
  productId!: string;

  @Column('integer')
  version!: number;

  @Column('jsonb')
  terms!: OfferTerms;

  @Column('boolean')
  withdrawn!: boolean;
}
