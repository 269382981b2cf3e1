import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { InventoryModule } from '../inventory/inventory.module.js';
import { BudgetGuard } from './budget.guard.js';
import { BudgetsController } from './budgets.controller.js';
import { BudgetsRepository } from './budgets.repository.js';
import { Spending } from './spending.service.js';

/** What delegates may spend. Imported after what says who is calling: guards run in the order of their modules. */
@Module({
  imports: [InventoryModule],
  controllers: [BudgetsController],
  providers: [BudgetsRepository, Spending, { provide: APP_GUARD, useClass: BudgetGuard }],
  exports: [BudgetsRepository, Spending],
})
export class BudgetsModule {}
