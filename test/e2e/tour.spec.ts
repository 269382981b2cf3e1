import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLONE } from '@ocx/local-exchange/layout';
import { Terminal } from '@ocx/local-exchange/terminal';
import { giveBack } from '@ocx/local-exchange/tour/steps/give-back';
import { inventory } from '@ocx/local-exchange/tour/steps/inventory';
import { login } from '@ocx/local-exchange/tour/steps/login';
import { market } from '@ocx/local-exchange/tour/steps/market';
import { objects } from '@ocx/local-exchange/tour/steps/objects';
import { servers } from '@ocx/local-exchange/tour/steps/servers';
import { volume } from '@ocx/local-exchange/tour/steps/volume';
import { type Journey, needed, type TourInput } from '@ocx/local-exchange/tour/step';
import { addressOf, landlordOf, type Tenant } from '@ocx/local-exchange/tour/tenant';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ExchangeUnderTest } from '../test-exchange.js';
import { Books } from './books.js';

const COMPUTE = ['harvard', 'mit'] as const;

/** Capacity comes back within 5 s of a delete; a machine under the load of all tests is given three times that. */
const FREE_WITHIN_MS = 15_000;

/** The seven steps of the main job, each followed by what must be true after it, asked of the exchange and the engine. */
describe('the tour', () => {
  let exchange: ExchangeUnderTest;
  let directory: string;
  let input: TourInput;
  let books: Books;
  let capacityBefore: Map<string, number>;
  let tourLeases: string[];
  const journey: Journey = { servers: {}, containers: [] };
  const shown: string[] = [];

  const tenant = (): Tenant => needed(journey.tenant, 'tenant');
  const rented = (where: (typeof COMPUTE)[number]) => needed(journey.servers[where], `server at ${where}`);
  const ssh = (where: (typeof COMPUTE)[number], command: string) =>
    needed(journey.shell, 'key pair').run(addressOf(rented(where)), command);
  /** The rented servers' containers at the engine, running or not. */
  const containers = () =>
    Promise.all(COMPUTE.map((name) => exchange.containersOf(name, rented(name).id))).then((ids) => ids.flat().length);
  const capacity = async (): Promise<Map<string, number>> => {
    const all = await needed(journey.market, 'market').inventory();
    return new Map(
      all.flatMap(({ name, offers }) =>
        offers.map(
          ({ product, capacity: units }) => [`${name} ${product.type} ${product.id}`, units] as [string, number],
        ),
      ),
    );
  };

  beforeAll(async () => {
    exchange = await ExchangeUnderTest.open(inject('exchangeDirectory'));
    directory = await mkdtemp(join(tmpdir(), 'ocx-tour-'));
    input = {
      http: exchange.http,
      terminal: new Terminal({ write: (text) => shown.push(text) }),
      identityUrl: exchange.urls.identity,
      brokerUrl: exchange.urls.broker,
      username: 'ada',
      password: await exchange.secret('university-ada'),
      directory,
    };
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('1: logs a researcher in through SAML, who has no password here, and gives her an openrc', async () => {
    await login.run(input, journey);
    const { info } = tenant().session;
    expect(info.user.name).toBe('ada');
    expect(info.project?.name).toBe('research');
    expect(info.roles.map(({ name }) => name)).toContain('member');
    const local = { methods: ['password'], password: { user: { id: info.user.id, password: input.password } } };
    const url = `${exchange.urls.identity}/auth/tokens`;
    await expect(exchange.http.call({ method: 'POST', url, json: { auth: { identity: local } } })).rejects.toThrow(
      /answered 401/,
    );
    const openrc = await readFile(join(directory, 'openrc'), 'utf8');
    expect(openrc).toContain("export OS_AUTH_TYPE='v3applicationcredential'");
    expect(openrc).not.toMatch(/OS_(PROJECT|USERNAME|PASSWORD)/);
    expect((await stat(join(directory, 'openrc'))).mode & 0o777).toBe(0o600);
    books = new Books(tenant().session, exchange.urls);
  });

  it('2: shows each landlord’s price, and why offers were passed over', async () => {
    await market.run(input, journey);
    const exchangeMarket = needed(journey.market, 'market');
    const prices = (await exchangeMarket.inventory()).flatMap(({ name, offers }) =>
      offers.map(({ product, price_per_hour }) => [`${name} ${product.type} ${product.id}`, price_per_hour] as const),
    );
    expect(Object.fromEntries(prices)).toMatchObject({
      'harvard server m1.tiny': '20000',
      'mit server m1.tiny': '35000',
      'mit server m1.medium': '240000',
    });
    const priceOf = (landlord: string) => prices.filter(([key]) => key.startsWith(`${landlord} volume`))[0]?.[1];
    expect([priceOf('bluestone'), priceOf('granite')]).toEqual(['7200', '10800']);
    const any = await exchangeMarket.quote('m1.tiny');
    expect(any.offers.map(({ region, price_per_hour }) => [region, price_per_hour])).toEqual([
      ['harvard', '20000'],
      ['mit', '35000'],
    ]);
    const trusted = await exchangeMarket.quote('m1.tiny', { traits: ['TRUSTED_COMPUTE'] });
    expect(trusted.offers.map(({ region }) => region)).toEqual(['mit']);
    expect(trusted.passed_over).toContainEqual(expect.objectContaining({ region: 'harvard', reason: 'trait_missing' }));
    expect(shown.join('')).toContain('trait_missing');
  });

  it('3: rents two servers that really run, at two landlords, and reaches them with her key', async () => {
    capacityBefore = await capacity();
    await servers.run(input, journey);
    for (const name of COMPUTE) {
      const server = rented(name);
      expect([server.status, landlordOf(server)]).toEqual(['ACTIVE', name]);
      expect(await ssh(name, 'hostname')).toBe(server.name);
      expect(await ssh(name, 'ip -4 addr show; cat /proc/1/comm')).toContain(addressOf(server));
      expect(await tenant().consoleOf(server.id)).toContain(`hello from user data, on ${server.name}`);
    }
    expect(addressOf(rented('harvard'))).not.toBe(addressOf(rented('mit')));
    expect(await containers()).toBe(2);
  });

  it('4: keeps objects at two landlords behind one listing', async () => {
    await objects.run(input, journey);
    const held = await Promise.all(journey.containers.map((name) => tenant().policyOf(name)));
    expect(held).toEqual(['standard@bluestone', 'standard@granite']);
    expect(await tenant().containers()).toEqual(
      expect.arrayContaining(journey.containers.map((name) => ({ name, count: 1, bytes: 1_048_576 }))),
    );
    const [first, second] = await Promise.all(
      journey.containers.map((name) => tenant().getObject(name, 'measurements.bin')),
    );
    expect(first?.length).toBe(1_048_576);
    expect(second?.equals(first ?? Buffer.alloc(0))).toBe(true);
  });

  it('5: moves a volume from harvard’s server to mit’s, with its file', async () => {
    await volume.run(input, journey);
    const made = needed(journey.volume, 'volume');
    expect(landlordOf(made)).toBe('bluestone');
    expect((await tenant().volume(made.id)).status).toBe('in-use');
    expect(await ssh('mit', 'cat /volumes/*/notes.txt')).toMatch(/^written at harvard, [0-9a-f-]{36}$/);
    expect(await ssh('harvard', 'grep -c /volumes/ /proc/mounts || true')).toBe('0');
  });

  it('6: lists everything once, and what each lease has cost equals its signed receipts', async () => {
    await inventory.run(input, journey);
    const mine = (await tenant().servers()).map((server) => [server.name, landlordOf(server)]);
    expect(mine).toContainEqual(['tour-notebook', 'harvard']);
    expect(mine).toContainEqual(['tour-cluster', 'mit']);
    expect((await tenant().volumes()).map((one) => [one.name, landlordOf(one)])).toContainEqual([
      'tour-dataset',
      'bluestone',
    ]);
    const live = (await books.leases()).filter(({ state }) => state === 'active');
    tourLeases = live.map(({ id }) => id);
    expect(live.map(({ resource }) => resource.type).sort()).toEqual([
      ...['object-account', 'object-account', 'server', 'server', 'volume'],
    ]);
    const total = live.reduce((sum, { cost }) => sum + BigInt(cost), 0n);
    expect(total).toBeGreaterThan(0n);
    for (const id of tourLeases) {
      const { cost, receipted } = await books.costAndReceipts(id);
      expect(receipted).toBe(cost);
    }
    await books.expectBalanced();
  });

  it('7: gives everything back: containers gone, capacity free, leases settled, books balanced', async () => {
    await giveBack.run(input, journey);
    await expect.poll(containers, { timeout: FREE_WITHIN_MS }).toBe(0);
    // What other tests gave back meanwhile may have added to it.
    const missing = async () => {
      const now = await capacity();
      return [...capacityBefore].filter(([key, units]) => (now.get(key) ?? 0) < units);
    };
    await expect.poll(missing, { timeout: FREE_WITHIN_MS }).toEqual([]);
    expect((await tenant().servers()).filter(({ name }) => name.startsWith('tour-'))).toEqual([]);
    for (const id of tourLeases) {
      const lease = await books.lease(id);
      const isAccount = lease.resource.type === 'object-account';
      expect([lease.state, lease.reason]).toEqual(['settled', isAccount ? 'given_back' : 'deleted_by_tenant']);
      // What an account held for a second or two rounds down to nothing.
      if (!isAccount) expect(BigInt(lease.cost)).toBeGreaterThan(0n);
      const { cost, receipted, last } = await books.costAndReceipts(id);
      expect(receipted).toBe(cost);
      expect(last).toBe(true);
    }
    await books.expectBalanced();
    const live = ['pending', 'claimed', 'active', 'ending'];
    expect((await books.leases()).filter(({ state }) => live.includes(state))).toEqual([]);
  });

  it('can be taken again, by a command against an exchange that runs elsewhere', async () => {
    const start = join(CLONE, 'packages', 'local-exchange', 'dist', 'start.js');
    const urls = ['--os-auth-url', exchange.urls.identity, '--exchange-url', exchange.urls.broker];
    const args = [start, '--tour-only', ...urls, '--username', 'ada', '--directory', directory];
    const env = { PATH: process.env['PATH'] ?? '', OCX_TOUR_PASSWORD: input.password };
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += String(chunk)));
    const [code] = (await once(child, 'close')) as [number | null];
    expect(output).toContain('7 of 7');
    expect(code, output).toBe(0);
    expect(output).not.toContain(input.password);
  });
});
