import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Conflict, DomainError, Forbidden } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { OffersService } from '../offers/offers.service.js';
import { QuotesService } from '../quotes/quotes.service.js';
import type { RankedOffer } from '../quotes/quote.js';
import type { Tenant } from './lease-drafts.js';
import { OrderAttempts } from './order-attempts.js';
import { dominant, isKnownProduct, orderError, reasonsOf } from './order-failure.js';
import type { FilledOrder, OrderFailure, OrderRequest, Provision } from './order.js';
import { OrdersRepository } from './orders.repository.js';

interface Placing<T> {
  readonly caller: Principal;
  readonly tenant: Tenant;
  readonly orderId: string;
  readonly request: OrderRequest;
  readonly provision: Provision<T>;
}

/** How a stock call becomes a trade: quote, then the ranked offers one after the other until one holds. */
@Injectable()
export class OrdersService {
  private readonly logger = new Logger(OrdersService.name);

  constructor(
    private readonly orders: OrdersRepository,
    private readonly quotes: QuotesService,
    private readonly offers: OffersService,
    private readonly attempts: OrderAttempts,
  ) {}

  /**
   * Rents what is asked for and has it made by `provision`. Whatever fails is undone at once where the landlord
   * answers, by the outbox where it does not; nothing of it is charged. Throws a domain error whose `reason` is an
   * {@link OrderFailure} or `no_budget`, or what `provision` refused with.
   */
  async place<T>(caller: Principal, request: OrderRequest, provision: Provision<T>): Promise<FilledOrder<T>> {
    const tenant = tenantOf(caller);
    if (!isKnownProduct(request)) throw orderError('unknown_product');
    const orderId = await this.open(tenant, request);
    try {
      return await this.fill({ caller, tenant, orderId, request, provision });
    } catch (error) {
      const reason = error instanceof DomainError ? (error.reason ?? 'refused') : 'error';
      await this.orders.failed(orderId, reason);
      throw error;
    }
  }

  private async fill<T>(placing: Placing<T>): Promise<FilledOrder<T>> {
    const { tenant, request } = placing;
    const tried = new Set<string>();
    const reasons: OrderFailure[] = [];
    // A landlord whose terms changed is asked once more at its new terms, so two rounds.
    for (let round = 1; round <= 2; round += 1) {
      const quote = await this.quotes.quote({ ...request, ...tenant });
      if (round === 1) reasons.push(...reasonsOf(quote));
      let stale = false;
      for (const chosen of quote.ranked) {
        if (tried.has(chosen.offer.id)) continue;
        const outcome = await this.attempts.attempt({ ...placing, chosen });
        if ('filled' in outcome) return outcome.filled;
        reasons.push(outcome.reason);
        if (outcome.stale) stale = (await this.refresh(chosen)) || stale;
        else tried.add(chosen.offer.id);
      }
      if (!stale) break;
    }
    throw orderError(dominant(reasons));
  }

  private async refresh({ landlord }: RankedOffer): Promise<boolean> {
    return this.offers.pull(landlord).then(
      () => true,
      (error: unknown) => {
        this.logger.warn(`the offers of ${landlord.name} could not be read anew: ${String(error)}`);
        return false;
      },
    );
  }

  private async open(tenant: Tenant, request: OrderRequest): Promise<string> {
    const id = randomUUID();
    const opened = await this.orders.open({
      id,
      projectId: tenant.projectId,
      userId: tenant.userId,
      resourceType: request.resourceType,
      productId: request.productId,
      quantity: request.quantity,
      region: request.region ?? null,
      idempotencyKey: request.idempotencyKey ?? null,
    });
    if (!opened) throw new Conflict('There is an order under this idempotency key.', { reason: 'order_exists' });
    return id;
  }
}

function tenantOf({ projectId, projectDomainId, userId, exchange }: Principal): Tenant {
  if (projectId === undefined || projectDomainId === undefined) {
    throw new Forbidden('This needs a token that is scoped to a project.', { reason: 'no_project' });
  }
  return { projectId, projectDomainId, userId, budgets: exchange?.budgets ?? [] };
}
