import { Module } from '@nestjs/common';
import { TransactionsModule } from '../database/transactions.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { RevocationsModule } from '../revocations/revocations.module.js';
import { RoleAssignmentsModule } from '../role-assignments/role-assignments.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { ApplicationCredentialsController } from './application-credentials.controller.js';
import { ApplicationCredentialsRepository } from './application-credentials.repository.js';
import { ApplicationCredentialsService } from './application-credentials.service.js';

@Module({
  imports: [SettingsModule, TransactionsModule, PasswordsModule, RevocationsModule, RoleAssignmentsModule],
  controllers: [ApplicationCredentialsController],
  providers: [ApplicationCredentialsRepository, ApplicationCredentialsService],
  exports: [ApplicationCredentialsService],
})
export class ApplicationCredentialsModule {}
