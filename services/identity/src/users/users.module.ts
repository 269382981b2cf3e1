import { Module } from '@nestjs/common';
import { TransactionsModule } from '../database/transactions.module.js';
import { DomainsModule } from '../domains/domains.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { RevocationsModule } from '../revocations/revocations.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { AbsentUsers } from './absent-users.service.js';
import { LoginAttempts } from './login-attempts.service.js';
import { PasswordCheck } from './password-check.js';
import { PasswordHistoryRepository } from './password-history.repository.js';
import { UserLoginsRepository } from './user-logins.repository.js';
import { UserPasswords } from './user-passwords.service.js';
import { UsersController } from './users.controller.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [SettingsModule, TransactionsModule, RevocationsModule, DomainsModule, PasswordsModule, ProjectsModule],
  controllers: [UsersController],
  providers: [
    UsersRepository,
    UserLoginsRepository,
    PasswordHistoryRepository,
    LoginAttempts,
    PasswordCheck,
    UserPasswords,
    AbsentUsers,
    UsersService,
  ],
  exports: [UsersService, UsersRepository, PasswordCheck, LoginAttempts, UserLoginsRepository, AbsentUsers],
})
export class UsersModule {}
