import { Module } from '@nestjs/common';
import { ApplicationCredentialsModule } from '../application-credentials/application-credentials.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { DomainsModule } from '../domains/domains.module.js';
import { GroupsModule } from '../groups/groups.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { RevocationsModule } from '../revocations/revocations.module.js';
import { RoleAssignmentsModule } from '../role-assignments/role-assignments.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { UsersModule } from '../users/users.module.js';
import { ApplicationCredentialMethod } from './application-credential.method.js';
import { AuthController } from './auth.controller.js';
import { AuthenticationService } from './authentication.service.js';
import { AvailableScopes } from './available-scopes.js';
import { PasswordMethod } from './password.method.js';
import { ScopeResolver } from './scope-resolver.js';
import { TokenDetailsService } from './token-details.service.js';
import { TokenMethod } from './token.method.js';
import { TokensController } from './tokens.controller.js';

@Module({
  imports: [
    SettingsModule,
    TokensModule,
    RevocationsModule,
    UsersModule,
    GroupsModule,
    ProjectsModule,
    DomainsModule,
    PasswordsModule,
    RoleAssignmentsModule,
    ApplicationCredentialsModule,
    CatalogModule,
  ],
  controllers: [TokensController, AuthController],
  providers: [
    PasswordMethod,
    TokenMethod,
    ApplicationCredentialMethod,
    ScopeResolver,
    AuthenticationService,
    TokenDetailsService,
    AvailableScopes,
  ],
  exports: [AuthenticationService, TokenDetailsService],
})
export class AuthMethodsModule {}
