import { ImageEntity, ImageMemberEntity, ImagePlacementEntity } from '../images/image.entity.js';
import { ContainerEntity, ObjectDefaultEntity } from '../inventory/container.entity.js';
import { InventoryResourceEntity } from '../inventory/inventory.entity.js';
import { KeypairEntity } from '../keypairs/keypair.entity.js';
import { AttachmentEntity } from '../proxy/attachments/attachment.entity.js';
import { QuotaReservationEntity } from '../proxy/quotas/quota-reservation.entity.js';
import { CreateProxyTables1763683300000 } from './migrations/1763683300000-create-proxy-tables.js';
import { EnrolmentCodeEntity } from '../landlords/enrolment-code.entity.js';
import { LandlordEntity } from '../landlords/landlord.entity.js';
import { IdempotencyKeyEntity } from '../exchange-api/idempotency-key.entity.js';
import { LedgerAccountEntity } from '../ledger/ledger-account.entity.js';
import { LedgerEntryEntity } from '../ledger/ledger-entry.entity.js';
import { LedgerTransferEntity } from '../ledger/ledger-transfer.entity.js';
import { LeaseEntity } from '../market/leases/lease.entity.js';
import { OfferEntity } from '../market/offers/offer.entity.js';
import { OrderEntity } from '../market/orders/order.entity.js';
import { TaskEntity } from '../market/outbox/task.entity.js';
import { ReceiptEntity } from '../market/settlement/receipt.entity.js';
import { CreateLedger1763683200001 } from './migrations/1763683200001-create-ledger.js';
import { CreateMarket1763683200000 } from './migrations/1763683200000-create-market.js';

/** Tables of landlords, market and ledger. */
export const MARKET_ENTITIES = [
  EnrolmentCodeEntity,
  LandlordEntity,
  IdempotencyKeyEntity,
  LedgerAccountEntity,
  LedgerEntryEntity,
  LedgerTransferEntity,
  LeaseEntity,
  OfferEntity,
  OrderEntity,
  TaskEntity,
  ReceiptEntity,
] as const;

export const MARKET_MIGRATIONS = [CreateMarket1763683200000, CreateLedger1763683200001] as const;

/** Tables of the OpenStack face: index, images, key pairs, attachments. */
export const PROXY_ENTITIES = [
  AttachmentEntity,
  ContainerEntity,
  ImageEntity,
  ImageMemberEntity,
  ImagePlacementEntity,
  InventoryResourceEntity,
  KeypairEntity,
  ObjectDefaultEntity,
  QuotaReservationEntity,
] as const;

export const PROXY_MIGRATIONS = [CreateProxyTables1763683300000] as const;

export const ENTITIES = [...MARKET_ENTITIES, ...PROXY_ENTITIES];
export const MIGRATIONS = [...MARKET_MIGRATIONS, ...PROXY_MIGRATIONS];
