import { randomUUID } from 'node:crypto';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { attempt, attemptInVain } from '@ocx/testing/attempts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Books } from '../e2e/books.js';
import { Customer } from './goods.js';
import type { World } from './world.js';

const KIND = 'a landlord that reports usage for what did not run';
const SECOND_MS = 1_000;

type Change = Parameters<World['evil']['double']['use']>[1];

/** Usage records that are signed well and are not true. Each is on a lease of its own: after a dispute nothing more is paid. */
export function usageClaims(world: () => World): void {
  describe('a landlord that bills', () => {
    let customer: Customer;
    let server: string;
    let lease: string;

    beforeAll(async () => {
      customer = new Customer(world());
      await world().remember();
    });
    afterAll(() => world().expectUnchanged());

    const rent = async () => {
      server = await customer.server('billed');
      lease = customer.leaseOf(server).document.id;
    };
    afterEach(() => {
      world().evil.behaves();
    });
    const end = async () => {
      await customer.end(server);
      await expect.poll(async () => (await customer.lease(lease)).state, { timeout: 20_000 }).toBe('settled');
    };
    const double = () => world().evil.double;
    const at = (ms: number) => new Date(Date.now() + ms).toISOString();

    /** The record is dropped for `why`, and neither it nor what follows on it is paid. */
    const unpaid = async (name: string, why: string, claim: () => Promise<unknown>) => {
      await rent();
      await attempt(
        KIND,
        name,
        async () => {
          const before = await customer.dropped();
          await claim();
          const { cost } = await customer.lease(lease);
          const after = await customer.dropped();
          const counted = Object.keys(after).filter((what) => (after[what] ?? 0) > (before[what] ?? 0));
          return { status: Number(cost), reason: counted.join(' ') };
        },
        { status: 0, reason: new RegExp(`^${why}$`) },
      );
      await end();
      expect((await customer.lease(lease)).cost).toBe('0');
    };
    const use = (change: Change, key?: SigningKey) => () => double().use(lease, change, key);

    const lies: [string, string, () => () => Promise<unknown>][] = [
      ['a day within a second', 'usage_over_claimed', () => use({ meters: { server_seconds: '86400' } })],
      ['the largest number', 'usage_over_claimed', () => use({ meters: { server_seconds: '9'.repeat(18) } })],
      ['two servers where one was leased', 'usage_over_claimed', () => use({ meters: { server_seconds: '60' } })],
      ['time before it accepted', 'usage_out_of_time', () => use({ from: at(-3600 * SECOND_MS) })],
      [
        'time to come',
        'usage_out_of_time',
        () => use({ to: at(3600 * SECOND_MS), meters: { server_seconds: '3600' } }),
      ],
      ['time that runs backwards', 'usage_out_of_time', () => use({ from: at(0), to: at(-60 * SECOND_MS) })],
      ['what has no price', 'usage_unpriced_meter', () => use({ meters: { volume_gib_seconds: '1' } })],
      ['a number out of turn', 'usage_gap', () => use({ seq: 2 })],
      ['a number far on', 'usage_gap', () => use({ seq: 1_000_000 })],
      ['a chain that begins elsewhere', 'usage_broken_chain', () => use({ prev: 'a'.repeat(64) })],
      ['another lease', 'usage_foreign', () => use({ lease_id: randomUUID() })],
      ['another landlord’s name', 'usage_foreign', () => use({ landlord_id: world().idOf('harvard') })],
      ['with its accomplice’s key', 'usage_signature', () => use({}, world().accomplice.double.key)],
      ['a negative number', 'usage_signature', () => use({ meters: { server_seconds: '-1' } })],
      ['a fraction', 'usage_signature', () => use({ meters: { server_seconds: '0.5' } })],
      ['a meter that nobody has', 'usage_signature', () => use({ meters: { favours: '1' } as never })],
    ];
    it.each(lies)('for %s is not paid', (name, why, claim) => unpaid(name, why, () => claim()()));

    it('for a lease of the victim at harvard is not paid', async () => {
      const books = new Books(world().victim.session, world().seen.urls);
      const theirs = (await books.leases()).find(({ resource }) => resource.id === world().goods.server);
      await unpaid('the victim’s lease at harvard', 'usage_foreign', use({ lease_id: theirs?.id ?? '' }));
    });

    it('twice for the same is paid once', async () => {
      await rent();
      const jws = await double().use(lease, { meters: { server_seconds: '1' } });
      const usage = customer.leaseOf(server).usage;
      const { cost } = await customer.lease(lease);
      expect(Number(cost)).toBeGreaterThan(0);
      await attemptInVain(KIND, 'a record, sent again and again', async () => {
        usage.splice(0, usage.length, jws, jws, jws);
        const costs = await Promise.all(Array.from({ length: 4 }, () => customer.lease(lease)));
        expect(costs.map((shown) => shown.cost)).toEqual([cost, cost, cost, cost]);
      });
      await attemptInVain(KIND, 'a record, written anew under its number', async () => {
        usage.splice(0, usage.length);
        await double().use(lease, { meters: { server_seconds: '2' } });
        expect((await customer.lease(lease)).cost).toBe(cost);
      });
      usage.splice(0, usage.length, jws);
      await end();
    });

    it('again for time that was paid already is not paid', async () => {
      await rent();
      const { document } = customer.leaseOf(server);
      await double().use(lease, { meters: { server_seconds: '1' } });
      const { cost } = await customer.lease(lease);
      await customer.counts('usage_out_of_time', async () => {
        await attemptInVain(KIND, 'time that overlaps what was paid', async () => {
          await double().use(lease, { from: at(-60 * SECOND_MS), meters: { server_seconds: '1' } });
          expect((await customer.lease(document.id)).cost).toBe(cost);
        });
      });
      await end();
      expect((await customer.lease(lease)).cost).toBe(cost);
    });

    it('a little too much each time is paid no more than the time that has passed', async () => {
      await rent();
      const begun = customer.leaseOf(server).acceptedAt;
      await attemptInVain(KIND, 'a few seconds more in each record', async () => {
        for (let records = 0; records < 20; records += 1) {
          await double().use(lease, { from: at(-4 * SECOND_MS), meters: { server_seconds: '2' } });
          await customer.lease(lease);
        }
        const seconds = Math.ceil((Date.now() - begun) / SECOND_MS) + 2;
        const { cost } = await customer.lease(lease);
        expect(Number(cost)).toBeLessThanOrEqual(Math.ceil((seconds * 10) / 3));
      });
      await end();
    });

    it('for what the tenant has ended is not paid, however long the landlord takes', async () => {
      await rent();
      const { evil } = world();
      const ended = new Date();
      evil.answers(/\/end$/, (response) => response.writeHead(503).end());
      await customer.end(server);
      // The landlord lets the clock run on before it admits the end.
      await expect.poll(() => Date.now() - ended.getTime(), { timeout: 20_000, interval: 500 }).toBeGreaterThan(10_000);
      await attemptInVain(KIND, 'the time after the end', async () => {
        evil.behaves();
        const running = Math.ceil((ended.getTime() - customer.leaseOf(server).acceptedAt) / SECOND_MS);
        await expect.poll(async () => (await customer.lease(lease)).state, { timeout: 60_000 }).toBe('settled');
        expect(Number((await customer.lease(lease)).cost)).toBeLessThanOrEqual(Math.ceil(((running + 7) * 10) / 3));
      });
    });

    it('for a lease that is settled is not paid', async () => {
      await rent();
      await end();
      const { cost } = await customer.lease(lease);
      await attemptInVain(KIND, 'a record after the last one', async () => {
        await double().use(lease, { meters: { server_seconds: '1' }, final: false });
        const { state, cost: after } = await customer.lease(lease);
        expect([state, after]).toEqual(['settled', cost]);
      });
    });
  });
}
