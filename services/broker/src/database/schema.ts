import { BudgetEntity } from '../budgets/budget.entity.js';
import { LeaseBudgetEntity } from '../budgets/lease-budget.entity.js';
import { ImageEntity, ImageMemberEntity, ImagePlacementEntity } from '../images/image.entity.js';
import { ContainerEntity, ObjectDefaultEntity } from '../inventory/container.entity.js';
import { InventoryResourceEntity } from '../inventory/inventory.entity.js';
import { KeypairEntity } from '../keypairs/keypair.entity.js';
import { AttachmentEntity } from '../proxy/attachments/attachment.entity.js';
import { QuotaReservationEntity } from '../proxy/quotas/quota-reservation.entity.js';
import { AccountMetadataEntity } from '../proxy/object-store/account-metadata.entity.js';
import { AccountMetadata1763683400000 } from './migrations/1763683400000-account-metadata.js';
import { Budgets1763683500000 } from './migrations/1763683500000-budgets.js';
import { LandlordMoves1763683600000 } from './migrations/1763683600000-landlord-moves.js';
import { CreateProxyTables1763683300000 } from './migrations/1763683300000-create-proxy-tables.js';
import { EnrolmentCodeEntity } from '../landlords/enrolment-code.entity.js';
import { LandlordMoveEntity } from '../landlords/landlord-move.entity.js';
import { LandlordEntity } from '../landlords/landlord.entity.js';
import { IdempotencyKeyEntity } from '../exchange-api/idempotency-key.entity.js';
import { LedgerAccountEntity } from '../ledger/ledger-account.entity.js';
import { LedgerEntryEntity } from '../ledger/ledger-entry.entity.js';
import { LedgerTransferEntity } from '../ledger/ledger-transfer.entity.js';
import { LeaseAmendmentEntity } from '../market/amendments/lease-amendment.entity.js';
import { LeaseEntity } from '../market/leases/lease.entity.js';
import { OfferEntity } from '../market/offers/offer.entity.js';
import { OrderEntity } from '../market/orders/order.entity.js';
import { TaskEntity } from '../market/outbox/task.entity.js';
import { ReceiptEntity } from '../market/settlement/receipt.entity.js';
import { CreateLedger1763683200001 } from './migrations/1763683200001-create-ledger.js';
import { CreateMarket1763683200000 } from './migrations/1763683200000-create-market.js';

export const ENTITIES = [
  AccountMetadataEntity,
  AttachmentEntity,
  BudgetEntity,
  ContainerEntity,
  EnrolmentCodeEntity,
  IdempotencyKeyEntity,
  ImageEntity,
  ImageMemberEntity,
  ImagePlacementEntity,
  InventoryResourceEntity,
  KeypairEntity,
  LandlordEntity,
  LandlordMoveEntity,
  LeaseAmendmentEntity,
  LeaseBudgetEntity,
  LeaseEntity,
  LedgerAccountEntity,
  LedgerEntryEntity,
  LedgerTransferEntity,
  ObjectDefaultEntity,
  OfferEntity,
  OrderEntity,
  QuotaReservationEntity,
  ReceiptEntity,
  TaskEntity,
];

export const MIGRATIONS = [
  CreateMarket1763683200000,
  CreateLedger1763683200001,
  CreateProxyTables1763683300000,
  AccountMetadata1763683400000,
  Budgets1763683500000,
  LandlordMoves1763683600000,
];
