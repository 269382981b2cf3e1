import { type Budget, MAX_BUDGETS } from '@ocx/openstack-api/exchange/tokens';
import { Forbidden } from '@ocx/service-kit/errors';
import { ADMIN_ROLE, type Role, SERVICE_ROLE } from '../roles/role.js';

/** Whoever operates the exchange, or validates others' tokens, gets at credits and logins that no budget counts. */
const BEYOND_BUDGETS: readonly string[] = [ADMIN_ROLE, SERVICE_ROLE];

/** What a delegation is to be. */
interface NewDelegation {
  readonly id: string;
  readonly roles: readonly Role[];
  /** Micro-credits; without it the delegation shares what those above it have. */
  readonly limit?: string | null | undefined;
}

/**
 * The budgets under which a new delegation spends: those of what it is made from, and its own, which is never more than any
 * of them. Neither trusts nor application credentials ever change, so each keeps the whole list. Throws {@link Forbidden}.
 */
export function delegatedBudgets(
  above: readonly Budget[] = [],
  { id, roles, limit }: NewDelegation,
): readonly Budget[] {
  const budgets = limit == null ? above : [...above, { id, limit }];
  if (above.some((budget) => limit != null && BigInt(budget.limit) < BigInt(limit))) {
    throw new Forbidden('Requested budget is more than the delegation it is made from can provide.');
  }
  if (budgets.length > MAX_BUDGETS)
    throw new Forbidden(`More than ${String(MAX_BUDGETS)} budgets follow from one another.`);
  const beyond = roles.find(({ name }) => BEYOND_BUDGETS.includes(name));
  if (budgets.length > 0 && beyond) throw new Forbidden(`The role ${beyond.name} is not delegated with a budget.`);
  return budgets;
}

/** A delegation's own budget as its API shows it: not at all where it has none. */
export const budgetView = ({ id, budgets }: { readonly id: string; readonly budgets: readonly Budget[] }) => {
  const own = budgets.find((budget) => budget.id === id);
  return own ? { 'OS-OCX:budget': own.limit } : {};
};
