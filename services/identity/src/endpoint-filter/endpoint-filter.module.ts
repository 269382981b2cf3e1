import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { EndpointFilterRepository } from './endpoint-filter.repository.js';
import { EndpointGroupsController } from './endpoint-groups.controller.js';
import { EndpointGroupsService } from './endpoint-groups.service.js';
import { ProjectEndpointsController } from './project-endpoints.controller.js';
import { ProjectEndpointsService } from './project-endpoints.service.js';

@Module({
  imports: [SettingsModule, CatalogModule, ProjectsModule],
  controllers: [EndpointGroupsController, ProjectEndpointsController],
  providers: [EndpointFilterRepository, EndpointGroupsService, ProjectEndpointsService],
})
export class EndpointFilterModule {}
