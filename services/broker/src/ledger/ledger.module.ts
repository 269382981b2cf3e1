import { Module } from '@nestjs/common';
import { BudgetsModule } from '../budgets/budgets.module.js';
import { ExchangeApiModule } from '../exchange-api/exchange-api.module.js';
import { AccountsController } from './accounts.controller.js';
import { LedgerRepository } from './ledger.repository.js';
import { LedgerService } from './ledger.service.js';

@Module({
  imports: [BudgetsModule, ExchangeApiModule],
  controllers: [AccountsController],
  providers: [LedgerRepository, LedgerService],
  exports: [LedgerService],
})
export class LedgerModule {}
