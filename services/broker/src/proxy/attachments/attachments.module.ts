import { Module } from '@nestjs/common';
import { BudgetsModule } from '../../budgets/budgets.module.js';
import { InventoryModule } from '../../inventory/inventory.module.js';
import { LandlordsModule } from '../../landlords/landlords.module.js';
import { LeasesModule } from '../../market/leases/leases.module.js';
import { GatewayModule } from '../gateway.module.js';
import { AttachmentHandshake } from './attachment-handshake.js';
import { AttachmentParties } from './attachment-parties.js';
import { AttachmentWorker } from './attachment-worker.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { AttachmentsService } from './attachments.service.js';

@Module({
  imports: [BudgetsModule, GatewayModule, InventoryModule, LandlordsModule, LeasesModule],
  providers: [AttachmentHandshake, AttachmentParties, AttachmentWorker, AttachmentsRepository, AttachmentsService],
  exports: [AttachmentsService],
})
export class AttachmentsModule {}
