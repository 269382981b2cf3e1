import { Controller, Get, Param, Query } from '@nestjs/common';
import { Uuid } from '@ocx/openstack-api/ids';
import { Policy } from '@ocx/service-kit/auth';
import { NotFound } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { EXCHANGE_POLICY, isOperator } from '../../exchange-api/exchange.policy.js';
import { nextPage, Page } from '../../exchange-api/pagination.js';
import { OrdersRepository, type Order } from './orders.repository.js';
import { EXCHANGE_ANSWERS } from '../../exchange-api/exchange.schemas.js';

const orderView = (order: Order) => ({
  id: order.id,
  project_id: order.projectId,
  user_id: order.userId,
  resource_type: order.resourceType,
  product_id: order.productId,
  quantity: order.quantity,
  region: order.region,
  state: order.state,
  reason: order.reason,
  lease_id: order.leaseId,
  created_at: order.createdAt.toISOString(),
});

@Controller('exchange/v1/orders')
export class OrdersController {
  constructor(private readonly orders: OrdersRepository) {}

  @Get()
  @Policy(EXCHANGE_POLICY.ownProject)
  @Operation({ query: Page, answers: { 200: EXCHANGE_ANSWERS.orders } })
  async list(@Caller() caller: Principal, @Query() query: unknown) {
    const { limit, marker } = parse(Page, query);
    const orders = await this.orders.page(caller.projectId, limit, marker);
    return { orders: orders.map(orderView), ...nextPage('/exchange/v1/orders', orders, limit) };
  }

  @Get(':id')
  @Policy(EXCHANGE_POLICY.ownProject)
  @Operation({ answers: { 200: EXCHANGE_ANSWERS.order } })
  async show(@Caller() caller: Principal, @Param('id') id: string) {
    const order = await this.orders.byId(parse(Uuid, id));
    if (!order || (order.projectId !== caller.projectId && !isOperator(caller))) {
      throw new NotFound(`Order ${id} could not be found.`);
    }
    return { order: orderView(order) };
  }
}
