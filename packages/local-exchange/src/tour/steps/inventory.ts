import { credits } from '../market.js';
import { needed, type TourStep } from '../step.js';
import { landlordOf } from '../tenant.js';

export const inventory: TourStep = {
  title: 'One list of everything, and what it has cost',
  async run({ terminal }, journey) {
    const tenant = needed(journey.tenant, 'tenant');
    const exchange = needed(journey.market, 'market');
    const [servers, volumes, containers] = await terminal.step(
      'servers, volumes and containers of all landlords',
      () => Promise.all([tenant.servers(), tenant.volumes(), tenant.containers()]),
      ([s, v, c]) => `${String(s.length)} servers, ${String(v.length)} volumes, ${String(c.length)} containers`,
    );
    const held = await Promise.all(
      containers.map(async ({ name }) => (await tenant.policyOf(name)).split('@')[1] ?? ''),
    );
    terminal.table(
      ['kind', 'name', 'landlord', 'state'],
      [
        ...servers.map((one) => ['server', one.name, landlordOf(one), one.status]),
        ...volumes.map((one) => ['volume', one.name ?? one.id, landlordOf(one), one.status]),
        ...containers.map((one, i) => ['container', one.name, held[i] ?? '', `${String(one.bytes)} bytes`]),
      ],
    );
    const leases = await terminal.step('what each lease has cost so far', () => exchange.leases());
    const live = leases.filter(({ state }) => state === 'active');
    const total = live.reduce((sum, { charged }) => sum + BigInt(charged), 0n);
    terminal.table(
      ['lease', 'landlord', 'for', 'credits'],
      [
        ...live.map(({ id, region, resource, charged }) => [id.slice(0, 8), region, resource.type, credits(charged)]),
        ['', '', 'together', credits(total)],
      ],
    );
    const expected = ['harvard', 'mit', 'bluestone', 'granite'];
    const missing = expected.filter((name) => !live.some(({ region }) => region === name));
    if (missing.length > 0) throw new Error(`No live lease at ${missing.join(', ')}.`);
  },
};
