import { Controller, Get, Query } from '@nestjs/common';
import { OpenStackId } from '@ocx/openstack-api/ids';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { EXCHANGE_POLICY } from '../exchange-api/exchange.policy.js';
import { EXCHANGE_ANSWERS } from '../exchange-api/exchange.schemas.js';
import { nextPage, Page } from '../exchange-api/pagination.js';
import { type BudgetStanding, BudgetsRepository } from './budgets.repository.js';

/** Marked by delegations of identity's, whose ids have no hyphens. */
const BudgetsPage = Page.extend({ marker: OpenStackId.optional() });

const budgetView = ({ id, projectId, allowed, left }: BudgetStanding) => ({
  id,
  project_id: projectId,
  limit: allowed.toString(),
  left: left.toString(),
});

@Controller('exchange/v1/budgets')
export class BudgetsController {
  constructor(private readonly budgets: BudgetsRepository) {}

  /** What delegations of the project may spend and have left, those that were ordered with, newest first. */
  @Get()
  @Policy(EXCHANGE_POLICY.ownProject)
  @Operation({ query: BudgetsPage, answers: { 200: EXCHANGE_ANSWERS.budgets } })
  async list(@Caller() caller: Principal, @Query() query: unknown) {
    const { limit, marker } = parse(BudgetsPage, query);
    const budgets = await this.budgets.page(caller.projectId, limit, marker);
    return { budgets: budgets.map(budgetView), ...nextPage('/exchange/v1/budgets', budgets, limit) };
  }
}
