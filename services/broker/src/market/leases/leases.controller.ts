import { Body, Controller, Get, HttpCode, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { Uuid } from '@ocx/openstack-api/ids';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { WithinBudget } from '../../budgets/within-budget.js';
import { EXCHANGE_POLICY } from '../../exchange-api/exchange.policy.js';
import { EndRequest, EXCHANGE_ANSWERS } from '../../exchange-api/exchange.schemas.js';
import { IDEMPOTENT, IdempotencyInterceptor } from '../../exchange-api/idempotency.interceptor.js';
import { nextPage, Page, ReceiptsPage } from '../../exchange-api/pagination.js';
import { ReceiptsRepository } from '../settlement/receipts.repository.js';
import { UsageCollector } from '../settlement/usage-collector.js';
import { leaseView } from './lease.view.js';
import { LeasesService } from './leases.service.js';

@Controller('exchange/v1/leases')
@WithinBudget('lease')
export class LeasesController {
  constructor(
    private readonly leases: LeasesService,
    private readonly collector: UsageCollector,
    private readonly receipts: ReceiptsRepository,
  ) {}

  /** The project's leases, newest first, with what each has cost until now as far as its landlord answers. */
  @Get()
  @Policy(EXCHANGE_POLICY.ownProject)
  @Operation({ query: Page, answers: { 200: EXCHANGE_ANSWERS.leases } })
  async list(@Caller() caller: Principal, @Query() query: unknown) {
    const { limit, marker } = parse(Page, query);
    await this.collector.collect(await this.leases.page(caller.projectId, limit, marker));
    const leases = await this.leases.page(caller.projectId, limit, marker);
    return { leases: leases.map(leaseView), ...nextPage('/exchange/v1/leases', leases, limit) };
  }

  @Get(':id')
  @Policy(EXCHANGE_POLICY.ownProject)
  @Operation({ answers: { 200: EXCHANGE_ANSWERS.lease } })
  async show(@Caller() caller: Principal, @Param('id') id: string) {
    await this.collector.collect([await this.leases.show(caller, parse(Uuid, id))]);
    return { lease: leaseView(await this.leases.show(caller, id)) };
  }

  /** What was settled: the landlord's signed usage and the broker's signed receipt for each record. */
  @Get(':id/receipts')
  @Policy(EXCHANGE_POLICY.ownProject)
  @Operation({ query: ReceiptsPage, answers: { 200: EXCHANGE_ANSWERS.receipts } })
  async listReceipts(@Caller() caller: Principal, @Param('id') id: string, @Query() query: unknown) {
    const { after, limit } = parse(ReceiptsPage, query);
    const lease = await this.leases.show(caller, parse(Uuid, id));
    const receipts = await this.receipts.list(lease.id, after, limit);
    return {
      receipts: receipts.map(({ usageSeq, amount, usage, receipt }) => ({
        usage_seq: usageSeq,
        amount: amount.toString(),
        usage,
        receipt,
      })),
    };
  }

  @Post(':id/end')
  @HttpCode(200)
  @Policy(EXCHANGE_POLICY.changeProject)
  @UseInterceptors(IdempotencyInterceptor)
  @Operation({
    headers: IDEMPOTENT,
    body: EndRequest,
    bodyOptional: true,
    answers: { 200: EXCHANGE_ANSWERS.lease },
    errors: [409, 422],
  })
  async end(@Caller() caller: Principal, @Param('id') id: string, @Body() body: unknown) {
    const leaseId = parse(Uuid, id);
    return { lease: leaseView(await this.leases.giveBack(caller, leaseId, parse(EndRequest, body))) };
  }
}
