import { Module } from '@nestjs/common';
import { AuditModule } from '../../audit/audit.module.js';
import { AuthMethodsModule } from '../../auth-methods/auth-methods.module.js';
import { TransactionsModule } from '../../database/transactions.module.js';
import { DomainsModule } from '../../domains/domains.module.js';
import { GroupsModule } from '../../groups/groups.module.js';
import { ProjectsModule } from '../../projects/projects.module.js';
import { RevocationsModule } from '../../revocations/revocations.module.js';
import { RoleAssignmentsModule } from '../../role-assignments/role-assignments.module.js';
import { RolesModule } from '../../roles/roles.module.js';
import { SettingsModule } from '../../settings/settings.module.js';
import { UsersModule } from '../../users/users.module.js';
import { IdentityProvidersModule } from '../identity-providers/identity-providers.module.js';
import { MappingsModule } from '../mappings/mappings.module.js';
import { ServiceProvidersModule } from '../service-providers/service-providers.module.js';
import { FederatedAccess } from './federated-access.js';
import { FederatedLoginService } from './federated-login.service.js';
import { FederatedProjects } from './federated-projects.js';
import { FederatedSessions } from './federated-sessions.js';
import { LogoutRedirects } from './logout-redirects.js';
import { SamlSessionsRepository } from './saml-sessions.repository.js';
import { ServiceProviderMetadataController } from './service-provider-metadata.controller.js';
import { ServiceProviderKeys } from './service-provider-keys.js';
import { SingleLogoutController } from './single-logout.controller.js';
import { SingleLogout } from './single-logout.service.js';
import { TokensModule } from '../../tokens/tokens.module.js';
import { HomeChoiceController } from './home-choice.controller.js';
import { LocalUsers } from './local-users.js';
import { ProviderDomain } from './provider-domain.js';
import { SamlController } from './saml.controller.js';
import { SamlGuard } from './saml.guard.js';
import { SamlLoginsService } from './saml-logins.service.js';
import { SamlRepository } from './saml.repository.js';

@Module({
  imports: [
    SettingsModule,
    TransactionsModule,
    RevocationsModule,
    AuditModule,
    AuthMethodsModule,
    TokensModule,
    DomainsModule,
    ProjectsModule,
    UsersModule,
    GroupsModule,
    RolesModule,
    RoleAssignmentsModule,
    IdentityProvidersModule,
    ServiceProvidersModule,
    MappingsModule,
  ],
  controllers: [SamlController, HomeChoiceController, SingleLogoutController, ServiceProviderMetadataController],
  providers: [
    SamlGuard,
    SamlLoginsService,
    SamlRepository,
    FederatedLoginService,
    FederatedAccess,
    FederatedProjects,
    ProviderDomain,
    LocalUsers,
    SamlSessionsRepository,
    FederatedSessions,
    ServiceProviderKeys,
    LogoutRedirects,
    SingleLogout,
  ],
  exports: [SamlRepository, SamlSessionsRepository, ServiceProviderKeys],
})
export class SamlModule {}
