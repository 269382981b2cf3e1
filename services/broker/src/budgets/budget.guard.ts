import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { accessOf } from '@ocx/service-kit/auth';
import { Unauthenticated } from '@ocx/service-kit/errors';
import type { ServiceRequest } from '@ocx/service-kit/service-request';
import { outsideBudget, Spending } from './spending.service.js';
import { WITHIN_BUDGET, type WithinBudgetRule } from './within-budget.js';

const READS: readonly string[] = ['GET', 'HEAD'];

/** Closes every route that changes something to tokens with a budget, unless it says how it keeps to that. */
@Injectable()
export class BudgetGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly spending: Spending,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<ServiceRequest>();
    const { principal } = request;
    if (accessOf(context.getHandler(), context.getClass()) === 'public') return true;
    if (!principal) throw Unauthenticated.because('nobody has said who is calling');
    if (!principal.exchange?.budgets || READS.includes(request.method)) return true;
    const targets = [context.getHandler(), context.getClass()];
    const rule = this.reflector.getAllAndOverride<WithinBudgetRule | undefined>(WITHIN_BUDGET, targets);
    if (!rule) throw outsideBudget();
    const { charged } = rule;
    if (charged === 'new' || charged === 'nothing' || rule.reads?.(request)) return true;
    const { id = '' } = request.params as { id?: string };
    if (charged === 'lease') await this.spending.checkLease(principal, id);
    else await this.spending.checkResource(principal, charged, id);
    return true;
  }
}
