import { Module } from '@nestjs/common';
import { ApplicationCredentialsModule } from '../application-credentials/application-credentials.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { DomainsModule } from '../domains/domains.module.js';
import { ServiceProvidersModule } from '../federation/service-providers/service-providers.module.js';
import { GroupsModule } from '../groups/groups.module.js';
import { OAuthTokensModule } from '../oauth-tokens/oauth-tokens.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { RevocationsModule } from '../revocations/revocations.module.js';
import { RoleAssignmentsModule } from '../role-assignments/role-assignments.module.js';
import { TransactionsModule } from '../database/transactions.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { TrustsModule } from '../trusts/trusts.module.js';
import { UsersModule } from '../users/users.module.js';
import { ApplicationCredentialMethod } from './application-credential.method.js';
import { AuthReceipts } from './auth-receipts.js';
import { AuthController } from './auth.controller.js';
import { AuthenticationService } from './authentication.service.js';
import { AvailableScopes } from './available-scopes.js';
import { Ec2AuthenticationService } from './ec2-authentication.service.js';
import { Ec2TokensController } from './ec2-tokens.controller.js';
import { LoginCompletion } from './login-completion.js';
import { OAuth1Method } from './oauth1.method.js';
import { PasswordMethod } from './password.method.js';
import { Proofs } from './proofs.js';
import { S3TokensController } from './s3-tokens.controller.js';
import { ScopeResolver } from './scope-resolver.js';
import { TokenDetailsService } from './token-details.service.js';
import { TokenReply } from './token-reply.js';
import { TokenMethod } from './token.method.js';
import { TotpMethod } from './totp.method.js';
import { TokensController } from './tokens.controller.js';
import { TrustScopes } from './trust-scope.js';

@Module({
  imports: [
    SettingsModule,
    TransactionsModule,
    SigningKeysModule,
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
    CredentialsModule,
    TrustsModule,
    ServiceProvidersModule,
    OAuthTokensModule,
  ],
  controllers: [TokensController, AuthController, Ec2TokensController, S3TokensController],
  providers: [
    PasswordMethod,
    TokenMethod,
    TotpMethod,
    OAuth1Method,
    Proofs,
    AuthReceipts,
    LoginCompletion,
    ApplicationCredentialMethod,
    Ec2AuthenticationService,
    ScopeResolver,
    TrustScopes,
    AuthenticationService,
    TokenDetailsService,
    TokenReply,
    AvailableScopes,
  ],
  exports: [AuthenticationService, TokenReply],
})
export class AuthMethodsModule {}
