import { Module } from '@nestjs/common';
import { TransactionsModule } from '../database/transactions.module.js';
import { OAuthConsumersModule } from '../oauth-consumers/oauth-consumers.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { RevocationsModule } from '../revocations/revocations.module.js';
import { RoleAssignmentsModule } from '../role-assignments/role-assignments.module.js';
import { RolesModule } from '../roles/roles.module.js';
import { SealingModule } from '../sealing/sealing.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { UsersModule } from '../users/users.module.js';
import { AccessTokensController } from './access-tokens.controller.js';
import { AccessTokensService } from './access-tokens.service.js';
import { OAuthDelegation } from './oauth-delegation.service.js';
import { OAuthRequests } from './oauth-requests.service.js';
import { OAuthTokensController } from './oauth-tokens.controller.js';
import { OAuthTokensRepository } from './oauth-tokens.repository.js';

@Module({
  imports: [
    SettingsModule,
    SealingModule,
    TransactionsModule,
    OAuthConsumersModule,
    ProjectsModule,
    UsersModule,
    RolesModule,
    RoleAssignmentsModule,
    RevocationsModule,
  ],
  controllers: [OAuthTokensController, AccessTokensController],
  providers: [OAuthTokensRepository, OAuthRequests, OAuthDelegation, AccessTokensService],
  exports: [OAuthDelegation, OAuthTokensRepository],
})
export class OAuthTokensModule {}
