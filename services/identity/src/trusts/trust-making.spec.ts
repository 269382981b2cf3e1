import type { NewTrust } from '@ocx/openstack-api/identity/trusts';
import { DomainError } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApplicationCredentialsService } from '../application-credentials/application-credentials.service.js';
import type { RoleAssignmentsService } from '../role-assignments/role-assignments.service.js';
import type { Role } from '../roles/role.js';
import { MAX_REDELEGATION_COUNT, type Trust } from './trust.js';
import { TrustMaking } from './trust-making.js';
import type { TrustsRepository } from './trusts.repository.js';

const ROLES: readonly Role[] = ['reader', 'member', 'manager', 'auditor', 'swift'].map((name) => ({
  id: `id-of-${name}`,
  name,
  domainId: null,
  description: null,
}));
const PROJECT = 'project';

/** One link of a chain: whoever holds the last trust asks for the next. Roles are asked for by their place in the parent's. */
const wish = fc.record({
  project: fc.oneof({ weight: 9, arbitrary: fc.constant(PROJECT) }, { weight: 1, arbitrary: fc.constant('foreign') }),
  places: fc.array(fc.nat(4), { minLength: 1, maxLength: 3 }),
  foreign: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom(...ROLES) }),
  byName: fc.boolean(),
  seconds: fc.option(fc.integer({ min: -10, max: 1000 }), { freq: 2 }),
  uses: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }) }),
  redelegable: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  depth: fc.option(fc.integer({ min: 0, max: 5 })),
  impersonation: fc.boolean(),
  budget: fc.option(fc.integer({ min: 1, max: 100 }), { freq: 2 }),
});
type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never;

function request(one: Wish, held: readonly Role[]): NewTrust {
  const chosen = one.places.flatMap((place) => held[place % held.length] ?? []);
  const roles = one.foreign === null ? chosen : [...chosen, one.foreign];
  return {
    trustor_user_id: 'trustor',
    trustee_user_id: 'trustee',
    project_id: one.project,
    impersonation: one.impersonation,
    roles: roles.map(({ id, name }) => (one.byName ? { name } : { id })),
    expires_at: one.seconds === null ? null : { at: new Date(Date.now() + one.seconds * 1000), micros: 7 },
    remaining_uses: one.uses,
    allow_redelegation: one.redelegable,
    redelegation_count: one.depth,
    'OS-OCX:budget': one.budget === null ? null : String(one.budget),
  };
}

/** Makes the chain as far as it goes: each link is either refused, or the next one's parent. */
async function chainOf(held: readonly Role[], wishes: readonly Wish[]): Promise<{ made: Trust[]; refused: number }> {
  const made: Trust[] = [];
  const making = new TrustMaking(
    { find: (id: string) => Promise.resolve(made.find((trust) => trust.id === id)) } as unknown as TrustsRepository,
    {
      effectiveRoles: (_user: string, { id }: { id: string }) => Promise.resolve(id === PROJECT ? held : []),
    } as unknown as RoleAssignmentsService,
    { checkUnrestricted: () => Promise.resolve() } as unknown as ApplicationCredentialsService,
  );
  let refused = 0;
  for (const one of wishes) {
    const parent = made.at(-1);
    const caller = { exchange: parent ? { trust: { id: parent.id }, budgets: parent.budgets } : {} } as Principal;
    try {
      made.push(await making.from(caller, request(one, parent?.roles ?? held)));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      refused += 1;
    }
  }
  return { made, refused };
}

/** What it may spend at most, as far as budgets say. */
const spendable = ({ budgets }: Pick<Trust, 'budgets'>): bigint =>
  budgets.map(({ limit }) => BigInt(limit)).reduce((a, b) => (a < b ? a : b), 1_000n);

const endOf = ({ expiresAt }: Pick<Trust, 'expiresAt'>): number => expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;

describe('a chain of delegations', () => {
  it('gives less with every link, or the same, never more', async () => {
    const seen = { links: 0, refused: 0, deepest: 0, budgets: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.subarray([...ROLES], { minLength: 1 }),
        fc.array(wish, { minLength: 1, maxLength: 8 }),
        async (held, wishes) => {
          const { made, refused } = await chainOf(held, wishes);
          for (const [index, trust] of made.entries()) {
            const parent = made[index - 1];
            const above = parent?.roles ?? held;
            expect(trust.roles.length).toBeGreaterThan(0);
            expect(trust.roles.every((role) => above.includes(role))).toBe(true);
            expect(trust.projectId).toBe(PROJECT);
            expect(trust.redelegationCount).toBeLessThanOrEqual(
              (parent?.redelegationCount ?? MAX_REDELEGATION_COUNT + 1) - (parent ? 1 : 0),
            );
            if (!parent) continue;
            // It spends what each one above it may spend, and counts there.
            expect(trust.budgets.slice(0, parent.budgets.length)).toEqual(parent.budgets);
            expect(spendable(trust)).toBeLessThanOrEqual(spendable(parent));
            seen.budgets = Math.max(seen.budgets, trust.budgets.length);
            expect(endOf(trust)).toBeLessThanOrEqual(endOf(parent));
            expect(trust.redelegatedTrustId).toBe(parent.id);
            expect(trust.impersonation && !parent.impersonation).toBe(false);
            // What is counted is not passed on: a second chain of tokens would not be counted.
            expect(parent.remainingUses).toBeNull();
          }
          expect(made.length).toBeLessThanOrEqual(MAX_REDELEGATION_COUNT + 1);
          seen.links += made.length;
          seen.refused += refused;
          seen.deepest = Math.max(seen.deepest, made.length);
        },
      ),
      { numRuns: 1500 },
    );
    // Both happened, and often: a property of chains that are never made would hold too.
    expect(seen.links).toBeGreaterThan(200);
    expect(seen.refused).toBeGreaterThan(200);
    expect(seen.deepest).toBeGreaterThan(2);
    expect(seen.budgets).toBeGreaterThan(1);
  });
});
