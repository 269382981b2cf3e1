import { Module } from '@nestjs/common';
import { TransactionsModule } from '../database/transactions.module.js';
import { RevocationsModule } from '../revocations/revocations.module.js';
import { SealingModule } from '../sealing/sealing.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { OAuthConsumersController } from './oauth-consumers.controller.js';
import { OAuthConsumersRepository } from './oauth-consumers.repository.js';
import { OAuthConsumersService } from './oauth-consumers.service.js';

@Module({
  imports: [SettingsModule, SealingModule, RevocationsModule, TransactionsModule],
  controllers: [OAuthConsumersController],
  providers: [OAuthConsumersRepository, OAuthConsumersService],
  exports: [OAuthConsumersService],
})
export class OAuthConsumersModule {}
