import { Module } from '@nestjs/common';
import { TransactionsModule } from '../database/transactions.module.js';
import { DomainsModule } from '../domains/domains.module.js';
import { RevocationsModule } from '../revocations/revocations.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { DomainProjectsService } from './domain-projects.service.js';
import { ProjectHierarchyService } from './project-hierarchy.service.js';
import { ProjectTagsController } from './project-tags.controller.js';
import { ProjectTagsService } from './project-tags.service.js';
import { ProjectsController } from './projects.controller.js';
import { ProjectsRepository } from './projects.repository.js';
import { ProjectsService } from './projects.service.js';

@Module({
  imports: [SettingsModule, TransactionsModule, RevocationsModule, DomainsModule],
  controllers: [ProjectsController, ProjectTagsController],
  providers: [ProjectsRepository, ProjectsService, ProjectHierarchyService, ProjectTagsService, DomainProjectsService],
  exports: [ProjectsService],
})
export class ProjectsModule {}
