import { Module } from '@nestjs/common';
import { ApplicationCredentialsModule } from '../application-credentials/application-credentials.module.js';
import { TransactionsModule } from '../database/transactions.module.js';
import { RevocationsModule } from '../revocations/revocations.module.js';
import { RoleAssignmentsModule } from '../role-assignments/role-assignments.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { UsersModule } from '../users/users.module.js';
import { TrustMaking } from './trust-making.js';
import { TrustsController } from './trusts.controller.js';
import { TrustsRepository } from './trusts.repository.js';
import { TrustsService } from './trusts.service.js';

@Module({
  imports: [
    SettingsModule,
    TransactionsModule,
    UsersModule,
    RevocationsModule,
    RoleAssignmentsModule,
    ApplicationCredentialsModule,
  ],
  controllers: [TrustsController],
  providers: [TrustsRepository, TrustsService, TrustMaking],
  exports: [TrustsService, TrustsRepository],
})
export class TrustsModule {}
