import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.js';
import { PolicyDocumentsModule } from '../policy-documents/policy-documents.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { EndpointPolicyController } from './endpoint-policy.controller.js';
import { EndpointPolicyRepository } from './endpoint-policy.repository.js';
import { EndpointPolicyService } from './endpoint-policy.service.js';

@Module({
  imports: [SettingsModule, CatalogModule, PolicyDocumentsModule],
  controllers: [EndpointPolicyController],
  providers: [EndpointPolicyRepository, EndpointPolicyService],
})
export class EndpointPolicyModule {}
