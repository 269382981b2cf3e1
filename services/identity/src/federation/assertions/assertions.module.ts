import { Module } from '@nestjs/common';
import { AuditModule } from '../../audit/audit.module.js';
import { DomainsModule } from '../../domains/domains.module.js';
import { GroupsModule } from '../../groups/groups.module.js';
import { SettingsModule } from '../../settings/settings.module.js';
import { TokensModule } from '../../tokens/tokens.module.js';
import { SamlModule } from '../saml/saml.module.js';
import { ServiceProvidersModule } from '../service-providers/service-providers.module.js';
import { AssertionsController } from './assertions.controller.js';
import { AssertionsService } from './assertions.service.js';

@Module({
  imports: [SettingsModule, AuditModule, TokensModule, GroupsModule, DomainsModule, ServiceProvidersModule, SamlModule],
  controllers: [AssertionsController],
  providers: [AssertionsService],
})
export class AssertionsModule {}
