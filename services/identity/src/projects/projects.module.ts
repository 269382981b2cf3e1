import { Module } from '@nestjs/common';
import { TransactionsModule } from '../database/transactions.module.js';
import { DomainsModule } from '../domains/domains.module.js';
import { RevocationsModule } from '../revocations/revocations.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { ProjectsController } from './projects.controller.js';
import { ProjectsRepository } from './projects.repository.js';
import { ProjectsService } from './projects.service.js';

@Module({
  imports: [SettingsModule, TransactionsModule, RevocationsModule, DomainsModule],
  controllers: [ProjectsController],
  providers: [ProjectsRepository, ProjectsService],
  exports: [ProjectsService],
})
export class ProjectsModule {}
