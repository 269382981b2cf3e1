import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.js';
import { TransactionsModule } from '../database/transactions.module.js';
import { DomainsModule } from '../domains/domains.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { LimitsController } from './limits.controller.js';
import { LimitsRepository } from './limits.repository.js';
import { LimitsService } from './limits.service.js';
import { RegisteredLimitsController } from './registered-limits.controller.js';
import { RegisteredLimitsService } from './registered-limits.service.js';
import { ResourceRegistrationController } from './resource-registration.controller.js';

@Module({
  imports: [SettingsModule, TransactionsModule, CatalogModule, ProjectsModule, DomainsModule],
  controllers: [RegisteredLimitsController, LimitsController, ResourceRegistrationController],
  providers: [LimitsRepository, RegisteredLimitsService, LimitsService],
})
export class LimitsModule {}
