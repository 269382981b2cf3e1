import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Offer } from './offer.js';
import { OfferEntity } from './offer.entity.js';

@Injectable()
export class OffersRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  async list(manager: EntityManager = this.dataSource.manager): Promise<Offer[]> {
    return (await manager.find(OfferEntity, { order: { productType: 'ASC', productId: 'ASC' } })).map(toOffer);
  }

  /** All offers, locked until the transaction ends: claims under them wait. */
  async lockAll(manager: EntityManager): Promise<Offer[]> {
    await manager.query('LOCK TABLE landlord_offer IN SHARE ROW EXCLUSIVE MODE');
    return this.list(manager);
  }

  /** The offer as it stays until the transaction ends. */
  async hold(manager: EntityManager, id: string): Promise<Offer | undefined> {
    const row = await manager.findOne(OfferEntity, { where: { id }, lock: { mode: 'pessimistic_read' } });
    return row ? toOffer(row) : undefined;
  }

  async save(manager: EntityManager, offer: Offer): Promise<void> {
    const { id, version, product, terms, withdrawn } = offer;
    await manager.upsert(
      OfferEntity,
      { id, version, productType: product.type, productId: product.id, terms, withdrawn },
      ['id'],
    );
  }
}

function toOffer(row: OfferEntity): Offer {
  const { id, version, productType, productId, terms, withdrawn } = row;
  return { id, version, product: { type: productType, id: productId }, terms, withdrawn };
}
