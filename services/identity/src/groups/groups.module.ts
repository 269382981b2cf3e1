import { Module } from '@nestjs/common';
import { TransactionsModule } from '../database/transactions.module.js';
import { DomainsModule } from '../domains/domains.module.js';
import { RevocationsModule } from '../revocations/revocations.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { UsersModule } from '../users/users.module.js';
import { GroupsController } from './groups.controller.js';
import { GroupsRepository } from './groups.repository.js';
import { GroupsService } from './groups.service.js';

@Module({
  imports: [SettingsModule, TransactionsModule, RevocationsModule, DomainsModule, UsersModule],
  controllers: [GroupsController],
  providers: [GroupsRepository, GroupsService],
  exports: [GroupsService, GroupsRepository],
})
export class GroupsModule {}
