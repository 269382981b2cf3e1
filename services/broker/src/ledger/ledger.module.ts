import { Module } from '@nestjs/common';
import { ExchangeApiModule } from '../exchange-api/exchange-api.module.js';
import { AccountsController } from './accounts.controller.js';
import { LedgerRepository } from './ledger.repository.js';
import { LedgerService } from './ledger.service.js';

@Module({
  imports: [ExchangeApiModule],
  controllers: [AccountsController],
  providers: [LedgerRepository, LedgerService],
  exports: [LedgerService],
})
export class LedgerModule {}
