import { type DynamicModule, Module } from '@nestjs/common';
import { authModule } from '@ocx/service-kit/auth';
import { databaseModule } from '@ocx/service-kit/database';
import { HealthController } from '@ocx/service-kit/health.controller';
import { TokenVerifier } from '@ocx/service-kit/token-verifier';
import { ApplicationCredentialsModule } from './application-credentials/application-credentials.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthMethodsModule } from './auth-methods/auth-methods.module.js';
import { BootstrapModule } from './bootstrap/bootstrap.module.js';
import { CatalogModule } from './catalog/catalog.module.js';
import { entities } from './database/entities.js';
import { migrations } from './database/migrations.js';
import { DomainConfigModule } from './domain-config/domain-config.module.js';
import { CredentialsModule } from './credentials/credentials.module.js';
import { DomainsModule } from './domains/domains.module.js';
import { EndpointFilterModule } from './endpoint-filter/endpoint-filter.module.js';
import { EndpointPolicyModule } from './endpoint-policy/endpoint-policy.module.js';
import { ExchangePartiesModule } from './exchange-parties/exchange-parties.module.js';
import { AssertionsModule } from './federation/assertions/assertions.module.js';
import { IdentityProvidersModule } from './federation/identity-providers/identity-providers.module.js';
import { MappingsModule } from './federation/mappings/mappings.module.js';
import { SamlModule } from './federation/saml/saml.module.js';
import { ServiceProvidersModule } from './federation/service-providers/service-providers.module.js';
import { GroupsModule } from './groups/groups.module.js';
import { HousekeepingModule } from './housekeeping/housekeeping.module.js';
import { LimitsModule } from './limits/limits.module.js';
import { PolicyDocumentsModule } from './policy-documents/policy-documents.module.js';
import { OAuthConsumersModule } from './oauth-consumers/oauth-consumers.module.js';
import { OAuthTokensModule } from './oauth-tokens/oauth-tokens.module.js';
import { PersonasModule } from './personas/personas.module.js';
import { ProjectsModule } from './projects/projects.module.js';
import { RevocationsModule } from './revocations/revocations.module.js';
import { RoleAssignmentsModule } from './role-assignments/role-assignments.module.js';
import { RolesModule } from './roles/roles.module.js';
import type { IdentityConfig } from './settings/identity.config.js';
import { SigningKeysModule } from './signing-keys/signing-keys.module.js';
import { TokenExchangeModule } from './token-exchange/token-exchange.module.js';
import { IdentityTokenVerifier } from './tokens/identity-token-verifier.js';
import { TokensModule } from './tokens/tokens.module.js';
import { TrustsModule } from './trusts/trusts.module.js';
import { UsersModule } from './users/users.module.js';
import { VersionsModule } from './versions/versions.module.js';

@Module({})
export class IdentityModule {
  static configured(config: IdentityConfig): DynamicModule {
    return {
      module: IdentityModule,
      imports: [
        databaseModule({ url: config.DATABASE_URL, entities, migrations }),
        authModule({
          verifier: { provide: TokenVerifier, useClass: IdentityTokenVerifier },
          imports: [TokensModule, ExchangePartiesModule],
        }),
        PersonasModule,
        VersionsModule,
        SigningKeysModule,
        AuthMethodsModule,
        DomainsModule,
        DomainConfigModule,
        ProjectsModule,
        UsersModule,
        GroupsModule,
        RolesModule,
        RoleAssignmentsModule,
        CatalogModule,
        EndpointFilterModule,
        PolicyDocumentsModule,
        EndpointPolicyModule,
        LimitsModule,
        ApplicationCredentialsModule,
        CredentialsModule,
        TrustsModule,
        OAuthConsumersModule,
        OAuthTokensModule,
        RevocationsModule,
        ExchangePartiesModule,
        TokenExchangeModule,
        IdentityProvidersModule,
        MappingsModule,
        ServiceProvidersModule,
        SamlModule,
        AssertionsModule,
        BootstrapModule,
        HousekeepingModule,
        AuditModule,
      ],
      controllers: [HealthController],
    };
  }
}
