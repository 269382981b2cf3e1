import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Policy } from '@ocx/service-kit/auth';
import { Forbidden } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { WithinBudget } from '../../budgets/within-budget.js';
import { EXCHANGE_POLICY } from '../../exchange-api/exchange.policy.js';
import { EXCHANGE_ANSWERS, QuoteRequest } from '../../exchange-api/exchange.schemas.js';
import { isKnownProduct, orderError } from '../orders/order-failure.js';
import { quoteView } from './quote.view.js';
import { QuotesService } from './quotes.service.js';

@Controller('exchange/v1/quotes')
@WithinBudget('nothing')
export class QuotesController {
  constructor(private readonly quotes: QuotesService) {}

  /** Changes nothing: what the market would do with such an order now, and why it passes offers over. */
  @Post()
  @HttpCode(200)
  @Policy(EXCHANGE_POLICY.quote)
  @Operation({ body: QuoteRequest, answers: { 200: EXCHANGE_ANSWERS.quote } })
  async create(@Caller() caller: Principal, @Body() body: unknown) {
    const { projectId, projectDomainId } = caller;
    const demand = parse(QuoteRequest, body);
    if (projectId === undefined || projectDomainId === undefined) throw new Forbidden('This needs a project.');
    const request = {
      resourceType: demand.resource_type,
      productId: demand.product_id,
      quantity: demand.quantity,
      region: demand.region === 'exchange' ? undefined : demand.region,
      hints: {
        maxPrice: demand.max_price === undefined ? undefined : BigInt(demand.max_price),
        minReputation: demand.min_reputation,
        near: demand.near,
        traits: demand.traits,
      },
    };
    if (!isKnownProduct(request)) throw orderError('unknown_product');
    return { quote: quoteView(await this.quotes.quote({ ...request, projectId, projectDomainId })) };
  }
}
