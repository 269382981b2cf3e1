import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { OpenStackId } from '@ocx/openstack-api/ids';
import { Policy } from '@ocx/service-kit/auth';
import { Forbidden, NotFound } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { EXCHANGE_POLICY, isOperator } from '../exchange-api/exchange.policy.js';
import { EXCHANGE_ANSWERS, GrantRequest } from '../exchange-api/exchange.schemas.js';
import { IDEMPOTENT, IdempotencyInterceptor } from '../exchange-api/idempotency.interceptor.js';
import { nextPage, Page } from '../exchange-api/pagination.js';
import type { Account, StatementLine } from './account.js';
import { LedgerService } from './ledger.service.js';

const accountView = ({ owner, balance }: Account) => ({ project_id: owner, balance: balance.toString() });
const lineView = ({ id, kind, leaseId, amount, at }: StatementLine) => ({
  id,
  kind,
  lease_id: leaseId,
  amount: amount.toString(),
  at: at.toISOString(),
});

/** The caller's own project, or any for the operator. Another project's account looks like none at all. */
function projectOf(caller: Principal, projectId: string): string {
  const id = parse(OpenStackId, projectId);
  if (id !== caller.projectId && !isOperator(caller)) throw new NotFound(`Account ${id} could not be found.`);
  return id;
}

@Controller('exchange/v1')
export class AccountsController {
  constructor(private readonly ledger: LedgerService) {}

  @Get('accounts')
  @Policy(EXCHANGE_POLICY.ownProject)
  @Operation({ answers: { 200: EXCHANGE_ANSWERS.accounts } })
  async list(@Caller() caller: Principal) {
    const { projectId } = caller;
    return { accounts: projectId === undefined ? [] : [accountView(await this.ledger.wallet(projectId))] };
  }

  @Get('accounts/:project_id')
  @Policy(EXCHANGE_POLICY.ownProject)
  @Operation({ answers: { 200: EXCHANGE_ANSWERS.account } })
  async show(@Caller() caller: Principal, @Param('project_id') projectId: string) {
    return { account: accountView(await this.ledger.wallet(projectOf(caller, projectId))) };
  }

  @Post('accounts/:project_id/grants')
  @HttpCode(201)
  @Policy(EXCHANGE_POLICY.operator)
  @UseInterceptors(IdempotencyInterceptor)
  @Operation({
    headers: IDEMPOTENT,
    body: GrantRequest,
    answers: { 201: EXCHANGE_ANSWERS.account },
    errors: [409, 422],
  })
  async grant(
    @Caller() caller: Principal,
    @Param('project_id') projectId: string,
    @Headers('idempotency-key') key: string,
    @Body() body: unknown,
  ) {
    const { amount } = parse(GrantRequest, body);
    const id = parse(OpenStackId, projectId);
    const account = await this.ledger.grant(id, BigInt(amount), caller.userId, `${caller.userId}:${id}:${key}`);
    return { account: accountView(account) };
  }

  /** What moved in the project's wallet, newest first. */
  @Get('statements')
  @Policy(EXCHANGE_POLICY.ownProject)
  @Operation({ query: Page, answers: { 200: EXCHANGE_ANSWERS.statements } })
  async listStatements(@Caller() caller: Principal, @Query() query: unknown) {
    const { limit, marker } = parse(Page, query);
    if (caller.projectId === undefined) throw new Forbidden('This needs a token that is scoped to a project.');
    const lines = await this.ledger.statement(caller.projectId, limit, marker);
    return { statements: lines.map(lineView), ...nextPage('/exchange/v1/statements', lines, limit) };
  }
}
