import { type Budget, MAX_BUDGETS } from '@ocx/openstack-api/exchange/tokens';
import { Forbidden } from '@ocx/service-kit/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Role } from '../roles/role.js';
import { budgetView, delegatedBudgets } from './budget.js';

const role = (name: string): Role => ({ id: `id-of-${name}`, name, domainId: null, description: null });
const roles = [role('member')];
const least = (budgets: readonly Budget[]): bigint =>
  budgets.map(({ limit }) => BigInt(limit)).reduce((a, b) => (a < b ? a : b), 10n ** 18n);

describe('the budgets of a delegation', () => {
  it('are those above it and its own, along every chain, and never allow more', () => {
    const limit = fc.option(fc.bigInt(1n, 10n ** 18n - 1n).map(String), { nil: undefined });
    let refused = 0;
    fc.assert(
      fc.property(fc.array(limit, { maxLength: 40 }), (limits) => {
        let chain: readonly Budget[] = [];
        for (const [index, wanted] of limits.entries()) {
          let made: readonly Budget[];
          try {
            made = delegatedBudgets(chain, { id: String(index), roles, limit: wanted });
          } catch (error) {
            expect(error).toBeInstanceOf(Forbidden);
            // Only what would be more is refused, or one too many.
            expect(chain.length === MAX_BUDGETS || BigInt(wanted ?? 0) > least(chain)).toBe(true);
            refused += 1;
            continue;
          }
          expect(made.slice(0, chain.length)).toEqual(chain);
          expect(made.length - chain.length).toBe(wanted === undefined ? 0 : 1);
          expect(least(made)).toBeLessThanOrEqual(least(chain));
          expect(made.length).toBeLessThanOrEqual(MAX_BUDGETS);
          chain = made;
        }
      }),
    );
    expect(refused).toBeGreaterThan(50);
  });

  it('are a number of micro-credits, however large', () => {
    const above = [{ id: 'a', limit: '9007199254740992' }];
    expect(() => delegatedBudgets(above, { id: 'b', roles, limit: '9007199254740993' })).toThrow(Forbidden);
    expect(delegatedBudgets(above, { id: 'b', roles, limit: '9007199254740992' })).toHaveLength(2);
  });

  it.each(['admin', 'service'])('do not go with the role %s, inherited or given', (name) => {
    const wide = { id: 'b', roles: [...roles, role(name)] };
    expect(() => delegatedBudgets([], { ...wide, limit: '5' })).toThrow(
      `The role ${name} is not delegated with a budget.`,
    );
    expect(() => delegatedBudgets([{ id: 'a', limit: '5' }], wide)).toThrow(Forbidden);
    expect(delegatedBudgets([], wide)).toEqual([]);
  });

  it('are shown where they were given', () => {
    expect(budgetView({ id: 'b', budgets: [{ id: 'a', limit: '5' }] })).toEqual({});
    expect(budgetView({ id: 'a', budgets: [{ id: 'a', limit: '5' }] })).toEqual({ 'OS-OCX:budget': '5' });
  });
});
