import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Offer } from '@ocx/openstack-api/exchange/documents';
import { OfferEntity } from './offer.entity.js';

export interface SignedOffer {
  readonly offer: Offer;
  readonly jws: string;
}

@Injectable()
export class OffersRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Replaces what the landlord offers, in one transaction; what is not in `offers` is withdrawn. Answers the ids that
   * came with a version older than one already seen, which are left as they were.
   */
  async replace(landlordId: string, offers: readonly SignedOffer[]): Promise<string[]> {
    return this.dataSource.transaction(async (manager) => {
      const stale: string[] = [];
      for (const { offer, jws } of offers) {
        const written: unknown[] = await manager.query(
          `INSERT INTO offers (landlord_id, id, version, product_type, product_id, document, jws, received_at, withdrawn)
           VALUES ($1, $2, $3, $4, $5, $6, $7, now(), false)
           ON CONFLICT (landlord_id, id) DO UPDATE SET version = excluded.version, product_type = excluded.product_type,
             product_id = excluded.product_id, document = excluded.document, jws = excluded.jws,
             received_at = excluded.received_at, withdrawn = false
           WHERE offers.version < excluded.version OR (offers.version = excluded.version AND
             (offers.document->>'issued_at')::timestamptz <= (excluded.document->>'issued_at')::timestamptz)
           RETURNING id`,
          [landlordId, offer.id, offer.version, offer.product.type, offer.product.id, JSON.stringify(offer), jws],
        );
        if (written.length === 0) stale.push(offer.id);
      }
      await manager.query(`UPDATE offers SET withdrawn = true WHERE landlord_id = $1 AND NOT id = ANY($2::uuid[])`, [
        landlordId,
        offers.map(({ offer }) => offer.id),
      ]);
      return stale;
    });
  }

  async forProduct(type: Offer['product']['type'], productId: string): Promise<Offer[]> {
    const rows = await this.dataSource
      .getRepository(OfferEntity)
      .findBy({ productType: type, productId, withdrawn: false });
    return rows.map((row) => row.document);
  }

  /** All current offers in the order of landlord and id. */
  async current(): Promise<SignedOffer[]> {
    const rows = await this.dataSource
      .getRepository(OfferEntity)
      .find({ where: { withdrawn: false }, order: { landlordId: 'ASC', id: 'ASC' } });
    return rows.map((row) => ({ offer: row.document, jws: row.jws }));
  }
}
