import type { NewApplicationCredential } from '@ocx/openstack-api/identity/application-credentials';
import type { Budget } from '@ocx/openstack-api/exchange/tokens';
import { DomainError } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Role } from '../roles/role.js';
import type { ApplicationCredential } from './application-credential.js';
import { ApplicationCredentialsService } from './application-credentials.service.js';

type Dependencies = ConstructorParameters<typeof ApplicationCredentialsService>;

const ROLES: readonly Role[] = ['reader', 'member', 'auditor'].map((name) => ({
  id: `id-of-${name}`,
  name,
  domainId: null,
  description: null,
}));
const RULES = ['/a', '/b', '/c'].map((path) => ({ service: 'compute', method: 'GET' as const, path }));
const half = { freq: 2 };

/** One link of a chain: whoever holds the last credential asks for the next. */
const wish = fc.record({
  roles: fc.option(fc.subarray([...ROLES], { minLength: 1 }), half),
  seconds: fc.option(fc.integer({ min: 1, max: 1000 }), half),
  rules: fc.option(fc.subarray(RULES), half),
  budget: fc.option(fc.integer({ min: 1, max: 100 }), half),
  unrestricted: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
});
type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never;

const request = (one: Wish, name: string): NewApplicationCredential => ({
  name,
  roles: one.roles?.map(({ name: role }) => ({ name: role })),
  expires_at: one.seconds === null ? null : { at: new Date(Date.now() + one.seconds * 1000), micros: 0 },
  access_rules: one.rules,
  unrestricted: one.unrestricted,
  'OS-OCX:budget': one.budget === null ? null : String(one.budget),
});

async function chainOf(wishes: readonly Wish[]): Promise<{ made: ApplicationCredential[]; refused: number }> {
  const made: ApplicationCredential[] = [];
  const repository = {
    find: (id: string) => Promise.resolve(made.find((one) => one.id === id)),
    count: () => Promise.resolve(made.length),
    insert: (one: ApplicationCredential) => Promise.resolve(one),
  } as unknown as Dependencies[0];
  const assignments = { effectiveRoles: () => Promise.resolve(ROLES) } as unknown as Dependencies[1];
  const hasher = { hash: () => Promise.resolve('hash') } as unknown as Dependencies[2];
  const reads = { of: () => ({ get: (_: string, load: () => unknown) => load() }) } as unknown as Dependencies[5];
  const service = new ApplicationCredentialsService(
    repository,
    assignments,
    hasher,
    {} as Dependencies[3],
    {} as Dependencies[4],
    reads,
  );
  let refused = 0;
  for (const [index, one] of wishes.entries()) {
    const maker = made.at(-1);
    const caller = {
      userId: 'user',
      projectId: 'project',
      roles: (maker?.roles ?? ROLES).map(({ name }) => name),
      exchange: maker ? { application_credential: { id: maker.id }, budgets: maker.budgets } : {},
    } as unknown as Principal;
    try {
      made.push((await service.create(caller, request(one, String(index)))).credential);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      refused += 1;
    }
  }
  return { made, refused };
}

const endOf = ({ expiresAt }: ApplicationCredential): number => expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
const spendable = (budgets: readonly Budget[]): number => Math.min(...budgets.map(({ limit }) => Number(limit)));
const pathsOf = ({ accessRules }: ApplicationCredential): string[] | undefined => accessRules?.map(({ path }) => path);

it('application credentials that follow from one another have less with every link, or the same, never more', async () => {
  const seen = { links: 0, refused: 0, deepest: 0, budgets: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(wish, { minLength: 1, maxLength: 8 }), async (wishes) => {
      const { made, refused } = await chainOf(wishes);
      for (const [index, one] of made.entries()) {
        const maker = made[index - 1];
        if (!maker) continue;
        expect(maker.unrestricted).toBe(true);
        expect(one.projectId).toBe(maker.projectId);
        expect(one.roles.length).toBeGreaterThan(0);
        expect(one.roles.every((role) => maker.roles.includes(role))).toBe(true);
        expect(endOf(one)).toBeLessThanOrEqual(endOf(maker));
        const above = pathsOf(maker);
        if (above) expect(pathsOf(one)?.every((path) => above.includes(path))).toBe(true);
        expect(one.budgets.slice(0, maker.budgets.length)).toEqual(maker.budgets);
        expect(spendable(one.budgets)).toBeLessThanOrEqual(spendable(maker.budgets));
        seen.budgets = Math.max(seen.budgets, one.budgets.length);
      }
      seen.links += made.length;
      seen.refused += refused;
      seen.deepest = Math.max(seen.deepest, made.length);
    }),
    { numRuns: 500 },
  );
  // Both happened, and often: a property of chains that are never made would hold too.
  expect(seen.links).toBeGreaterThan(500);
  expect(seen.refused).toBeGreaterThan(300);
  expect(seen.deepest).toBeGreaterThan(3);
  expect(seen.budgets).toBeGreaterThan(1);
});
