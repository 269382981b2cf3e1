import { Injectable } from '@nestjs/common';
import { Forbidden } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { isOperator } from '../exchange-api/exchange.policy.js';
import { InventoryService } from '../inventory/inventory.service.js';
import { BudgetsRepository } from './budgets.repository.js';

/** Keeps a delegate with a budget to what it pays for: changing anything else would spend the project's credits beside it. */
@Injectable()
export class Spending {
  constructor(
    private readonly budgets: BudgetsRepository,
    private readonly inventory: InventoryService,
  ) {}

  /** Throws `Forbidden` with reason `outside_budget` for a lease that does not count in the caller's budgets. */
  async checkLease({ exchange }: Principal, leaseId: string): Promise<void> {
    const budgets = exchange?.budgets ?? [];
    if (budgets.length > 0 && !(await this.budgets.isBound(leaseId, budgets))) throw outsideBudget();
  }

  /** The same for what is leased. What is not there, or not for this caller to see, is for the route to say. */
  async checkResource(caller: Principal, type: 'server' | 'volume', id: string): Promise<void> {
    if (!UUID.test(id)) return;
    const row = await this.inventory.locate(type, id);
    if (row && (row.projectId === caller.projectId || isOperator(caller))) await this.checkLease(caller, row.leaseId);
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function outsideBudget(): Forbidden {
  return new Forbidden(
    'A token with a budget changes only servers, volumes and leases that were ordered under it (outside_budget).',
    {
      reason: 'outside_budget',
    },
  );
}
