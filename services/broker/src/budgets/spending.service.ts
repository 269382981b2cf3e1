import { Injectable } from '@nestjs/common';
import { Forbidden } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { z } from 'zod';
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
    if (budgets.length === 0) return;
    if (!isUuid(leaseId) || !(await this.budgets.isBound(leaseId, budgets))) throw outsideBudget();
  }

  /** The same for what is leased. What is not there, or not for this caller to see, is for the route to say. */
  async checkResource(caller: Principal, type: 'server' | 'volume', id: string): Promise<void> {
    if (!isUuid(id)) return;
    const row = await this.inventory.locate(type, id);
    if (row && (row.projectId === caller.projectId || isOperator(caller))) await this.checkLease(caller, row.leaseId);
  }
}

// As wide as any route reads an id: one in capitals is the same to the database.
const isUuid = (id: string): boolean => z.uuid().safeParse(id).success;

export function outsideBudget(): Forbidden {
  return new Forbidden(
    'A token with a budget changes only servers, volumes and leases that were ordered under it (outside_budget).',
    {
      reason: 'outside_budget',
    },
  );
}
