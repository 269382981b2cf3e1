import { Module } from '@nestjs/common';
import { TransactionsModule } from '../database/transactions.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { CatalogRepository } from './catalog.repository.js';
import { CatalogService } from './catalog.service.js';
import { EndpointsController } from './endpoints.controller.js';
import { RegionRegistrationController } from './region-registration.controller.js';
import { RegionRegistrationService } from './region-registration.service.js';
import { RegionsController } from './regions.controller.js';
import { ServicesController } from './services.controller.js';

@Module({
  imports: [SettingsModule, TransactionsModule],
  controllers: [RegionsController, ServicesController, EndpointsController, RegionRegistrationController],
  providers: [CatalogRepository, CatalogService, RegionRegistrationService],
  exports: [CatalogService],
})
export class CatalogModule {}
