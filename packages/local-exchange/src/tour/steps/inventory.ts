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
    const nameOf = new Map((await exchange.inventory()).map(({ id, name }) => [id, name]));
    const live = leases.filter(({ state }) => state === 'active');
    const total = live.reduce((sum, { cost }) => sum + BigInt(cost), 0n);
    terminal.table(
      ['lease', 'landlord', 'for', 'credits'],
      [
        ...live.map(({ id, landlord_id, resource, cost }) => [
          id.slice(0, 8),
          nameOf.get(landlord_id) ?? '',
          resource.type,
          credits(cost),
        ]),
        ['', '', 'together', credits(total)],
      ],
    );
    const expected = ['harvard', 'mit', 'bluestone', 'granite'];
    const missing = expected.filter((name) => !live.some(({ landlord_id }) => nameOf.get(landlord_id) === name));
    if (missing.length > 0) throw new Error(`No live lease at ${missing.join(', ')}.`);
  },
};
