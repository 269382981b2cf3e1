import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { TestExchange } from './market-exchange.js';
import type { LandlordDouble } from './market-landlord.js';

const SCRIPT = fileURLToPath(new URL('./market-broker-process.mjs', import.meta.url));

let exchange: TestExchange;
let landlord: LandlordDouble;
let broker: ChildProcess | undefined;

beforeAll(async () => {
  exchange = await TestExchange.start({ OCX_STARTING_CREDITS: '1000000' });
  landlord = await exchange.landlord('harvard');
  landlord.offer({ capacity: 100 });
  await exchange.offered(landlord);
});

beforeEach(async () => {
  await exchange.close();
  broker = fork(SCRIPT, { env: { ...process.env, ...exchange.environment } });
  await message('ready');
});

afterEach(() => {
  landlord.misbehave = () => false;
  broker?.kill('SIGKILL');
});

afterAll(() => exchange.stop());

function message(kind: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    broker?.on('message', (received: Record<string, unknown>) => {
      if (kind in received) resolve(received);
    });
    broker?.once('exit', () => {
      reject(new Error('the broker died'));
    });
  });
}

/** Ends the process at once, as a power cut would. */
async function kill(): Promise<void> {
  const died = broker && broker.exitCode === null && broker.signalCode === null ? once(broker, 'exit') : undefined;
  broker?.kill('SIGKILL');
  await died;
}

/** Kills the broker when it makes this call; before or after the landlord has acted on it. */
function killAt(route: RegExp, after: boolean): Promise<void> {
  return new Promise((resolve) => {
    landlord.misbehave = async (request, response) => {
      if (!route.test(`${request.method ?? ''} ${request.url ?? ''}`)) return false;
      if (!after) {
        await kill();
        resolve();
        return true;
      }
      response.once('finish', () => undefined);
      const write = response.end.bind(response);
      response.end = ((...parts: []) => {
        void kill().then(() => {
          write(...parts);
          resolve();
        });
        return response;
      }) as typeof response.end;
      return false;
    };
  });
}

/** The broker starts again; what it left half done is overdue. */
async function restart(): Promise<void> {
  landlord.misbehave = () => false;
  await exchange.open();
  await exchange.sql('UPDATE outbox_tasks SET run_at = now()');
}

async function allIsComplete(): Promise<void> {
  await expect.poll(() => exchange.sql(`SELECT lease_id, kind FROM outbox_tasks`), { timeout: 30_000 }).toEqual([]);
  const unfinished = await exchange.sql(`SELECT id FROM leases WHERE state IN ('pending', 'claimed', 'ending')`);
  expect(unfinished).toEqual([]);
  expect(await exchange.sql(`SELECT id FROM orders WHERE state = 'open'`)).toEqual([]);
  const active = await exchange.sql<{ id: string }>(`SELECT id FROM leases WHERE state = 'active' ORDER BY id`);
  const running = [...landlord.leases.values()].filter(({ state }) => state === 'active');
  expect(active.map(({ id }) => id)).toEqual(running.map(({ document }) => document.id).sort());
  const [sums] = await exchange.sql<{ sum: string; escrow: string }>(
    `SELECT sum(balance) AS sum, coalesce(sum(balance) FILTER (WHERE kind = 'escrow'), 0) AS escrow FROM ledger_accounts`,
  );
  expect(sums).toEqual({ sum: '0', escrow: String(active.length * 12_000) });
}

const order = async (hang = false) => broker?.send({ place: await exchange.token(), hang });

describe('a broker killed in the middle', () => {
  it.each([
    ['before the landlord sees the claim', false],
    ['after the landlord countersigned', true],
  ])('of an order, %s: the lease is undone and nothing is charged', async (_, after) => {
    const killed = killAt(/^POST \/landlord\/v1\/leases$/, after);
    await order();
    await killed;
    await restart();
    await allIsComplete();
    expect(await exchange.balance('wallet', TEST_PROJECT.id)).toBe(1_000_000n);
  });

  it('of making the server: the lease is undone, at the landlord too', async () => {
    const provisioning = message('provisioning');
    await order(true);
    await provisioning;
    await kill();
    await restart();
    await allIsComplete();
    const [last] = await exchange.sql<{ state: string; reason: string }>(
      'SELECT state, reason FROM leases ORDER BY created_at DESC LIMIT 1',
    );
    expect(last).toEqual({ state: 'failed', reason: 'interrupted' });
  });

  it.each([
    ['before the landlord hears of it', false],
    ['after the landlord ended the lease', true],
  ])('of an end, %s: the lease is settled once', async (_, after) => {
    const placed = message('placed');
    await order();
    await placed;
    const [lease] = [...landlord.leases.values()].filter(({ state }) => state === 'active');
    const killed = killAt(/\/end$/, after);
    broker?.send({ end: lease?.document.id });
    await killed;
    await restart();
    await allIsComplete();
    const [row] = await exchange.sql<{ state: string }>('SELECT state FROM leases WHERE id = $1', [lease?.document.id]);
    expect(row).toEqual({ state: 'settled' });
  });

  it('after an order is complete: the lease stays', async () => {
    const placed = message('placed');
    await order();
    await placed;
    await kill();
    await restart();
    await allIsComplete();
    const active = await exchange.sql(`SELECT id FROM leases WHERE state = 'active'`);
    expect(active).toHaveLength(1);
  });
});
