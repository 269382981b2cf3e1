import { SetMetadata } from '@nestjs/common';
import type { ServiceRequest } from '@ocx/service-kit/service-request';

export const WITHIN_BUDGET = 'ocx:within-budget';

/**
 * What a route changes that costs: the server, the volume or the lease that `id` in its path names; something that is only
 * ordered by it, and counts from then on; nothing.
 */
export type Charged = 'server' | 'volume' | 'lease' | 'new' | 'nothing';

export interface WithinBudgetRule {
  readonly charged: Charged;
  /** Requests that only read, though their method does not say so. */
  readonly reads?: ((request: ServiceRequest) => boolean) | undefined;
}

/**
 * Opens a route that changes something to tokens with a budget, as far as what it changes counts in that budget. Every
 * other such route is closed to them.
 */
export const WithinBudget = (charged: Charged, reads?: WithinBudgetRule['reads']) =>
  SetMetadata(WITHIN_BUDGET, { charged, reads } satisfies WithinBudgetRule);
