import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { Conflict, Forbidden } from '@ocx/service-kit/errors';
import { LedgerService } from '../src/ledger/ledger.service.js';
import { LeaseBook } from '../src/market/leases/lease-book.js';
import { LeasesRepository } from '../src/market/leases/leases.repository.js';
import { TestExchange } from './market-exchange.js';

let exchange: TestExchange;
let landlordId: string;

beforeAll(async () => {
  exchange = await TestExchange.start();
  landlordId = (await exchange.landlord('harvard')).id;
});

afterAll(() => exchange.stop());

/** What somebody does to a lease of a chain: the `lease`-th one of those that there are. */
const step = fc.record({
  lease: fc.nat(20),
  amount: fc.bigInt(1n, 60n),
  what: fc.constantFrom('order', 'order', 'hold', 'topUp', 'topUp', 'charge', 'giveBack', 'release'),
  /** How many budgets of the chain the one who orders is under; none for the tenant. */
  depth: fc.nat(3),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
/** At once within a round; one round after the other. */
const rounds = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 });
const limits = fc.uniqueArray(fc.integer({ min: 20, max: 200 }), { minLength: 3, maxLength: 3 });

class World {
  readonly id = randomUUID().replaceAll('-', '');
  readonly leases: string[] = [];
  readonly refused = { budget: 0, funds: 0 };
  private count = 0;

  constructor(readonly chain: readonly { id: string; limit: string }[]) {}

  async run(one: Step): Promise<void> {
    try {
      await (one.what === 'order' ? this.order(one) : this.change(one));
    } catch (error) {
      if (error instanceof Forbidden && error.reason === 'no_budget') this.refused.budget += 1;
      else if (error instanceof Conflict && error.reason === 'no_funds') this.refused.funds += 1;
      else throw error;
    }
  }

  private async order({ depth, amount }: Step): Promise<void> {
    const budgets = this.chain.slice(0, depth);
    const [id, orderId] = [randomUUID(), randomUUID()];
    await exchange.sql(
      `INSERT INTO orders (id, project_id, user_id, resource_type, product_id, quantity) VALUES ($1, $2, 'u', 'server', 'm1.tiny', 1)`,
      [orderId, this.id],
    );
    const lease = {
      ...{ id, orderId, landlordId, projectId: this.id, projectDomainId: 'default', userId: 'u', quantity: 1 },
      product: { type: 'server', id: 'm1.tiny' } as const,
      resource: { type: 'server', id: randomUUID() } as const,
      ...{ relation: 'anyone' as const, prices: [], startsAt: new Date(), endsAt: null, document: '' },
      ...{ isBudgeted: budgets.length > 0, unitsPerSecond: 1n },
    };
    await exchange.broker.get(LeaseBook, { strict: false }).open(lease, amount, budgets);
    this.leases.push(id);
  }

  private async change({ lease: place, amount, what }: Step): Promise<void> {
    const id = this.leases[place % Math.max(1, this.leases.length)];
    if (id === undefined) return;
    const leases = exchange.broker.get(LeasesRepository, { strict: false });
    const ledger = exchange.broker.get(LedgerService, { strict: false });
    const occasion = (this.count += 1);
    await leases.transaction(async (manager) => {
      const lease = await leases.lock(manager, id);
      if (!lease) throw new Error('A lease vanished.');
      const held = await ledger.escrowed(lease, manager);
      if (what === 'hold') await ledger.hold(manager, lease, amount, String(occasion));
      if (what === 'topUp') await ledger.topUp(manager, lease, amount, String(occasion));
      if (what === 'charge') await ledger.charge(manager, lease, amount < held ? amount : held, occasion);
      if (what === 'giveBack') await ledger.giveBack(manager, lease, amount, String(occasion));
      if (what === 'release') await ledger.giveBack(manager, lease, held, String(occasion));
    });
  }

  /** What is taken of each budget, by its own account and by the ledger's: escrow and charges of the leases that count in it. */
  async budgets() {
    return exchange.sql<{ id: string; allowed: string; taken: string; booked: string }>(
      `SELECT b.id, b.allowed, b.taken, coalesce(sum(e.amount), 0) AS booked FROM budgets b
         LEFT JOIN lease_budgets l ON l.budget_id = b.id
         LEFT JOIN ledger_transfers t ON t.lease_id = l.lease_id
         LEFT JOIN ledger_entries e ON e.transfer_id = t.id
              AND e.account_id IN (SELECT id FROM ledger_accounts WHERE kind = 'wallet' AND owner = $1)
       WHERE b.project_id = $1 GROUP BY b.id`,
      [this.id],
    );
  }
}

it('never takes more of any budget of a chain than it allows, in whatever order things happen at once', async () => {
  const seen = { orders: 0, refused: 0, full: 0 };
  await fc.assert(
    fc.asyncProperty(rounds, limits, async (work, allowed) => {
      const chain = allowed.sort((a, b) => b - a).map((limit) => ({ id: randomUUID(), limit: String(limit) }));
      const world = new World(chain);
      for (const round of work) {
        await Promise.all(round.map((one) => world.run(one)));
        for (const { allowed: limit, taken, booked } of await world.budgets()) {
          expect(BigInt(taken)).toBe(-BigInt(booked));
          expect(BigInt(taken)).toBeLessThanOrEqual(BigInt(limit));
          if (taken === limit) seen.full += 1;
        }
      }
      seen.orders += world.leases.length;
      seen.refused += world.refused.budget;
      expect(world.refused.funds).toBe(0);
    }),
    { numRuns: 60 },
  );
  // All of it happened: a property of budgets that nobody reaches would hold too.
  expect(seen.orders).toBeGreaterThan(100);
  expect(seen.refused).toBeGreaterThan(10);
  expect(seen.full).toBeGreaterThan(0);
}, 120_000);

it('is kept by the database itself', async () => {
  const world = new World([{ id: 'kept', limit: '10' }]);
  await world.run({ what: 'order', depth: 1, amount: 10n, lease: 0 });
  const source = exchange.broker.get(DataSource, { strict: false });
  await expect(source.query(`UPDATE budgets SET taken = 11 WHERE id = 'kept'`)).rejects.toThrow(
    'budgets_allowed_check',
  );
  await expect(source.query(`UPDATE budgets SET taken = -1 WHERE id = 'kept'`)).rejects.toThrow(
    'budgets_allowed_check',
  );
});
