import { credits, type Lease, type Market } from '../market.js';
import { until } from '../../polling.js';
import { TOUR_PREFIX, needed, type TourStep } from '../step.js';
import { KEY_PAIR } from './servers.js';

/** Capacity that was given back must be on offer again within this time. */
const FREE_WITHIN_MS = 5000;
const SETTLED_WITHIN_MS = 30_000;

/** Ends the leases of the object accounts that hold nothing any more; one with containers of hers stays as it is. */
async function endEmptyAccounts(market: Market): Promise<Lease[]> {
  const accounts = (await market.leases()).filter((l) => l.resource.type === 'object-account' && l.state === 'active');
  const ended = await Promise.all(accounts.map(({ id }) => market.endLease(id)));
  return accounts.filter((_, index) => ended[index]);
}

const LIVE = new Set(['pending', 'claimed', 'active', 'ending']);

async function capacities(market: Market): Promise<Map<string, number>> {
  const landlords = await market.inventory();
  return new Map(
    landlords.flatMap(({ name, offers }) =>
      offers.map(({ product, capacity }) => [`${name}/${product.type}/${product.id}`, capacity] as const),
    ),
  );
}

export const giveBack: TourStep = {
  title: 'Everything is given back',
  async run({ terminal }, journey) {
    const tenant = needed(journey.tenant, 'tenant');
    const market = needed(journey.market, 'market');
    const volume = needed(journey.volume, 'volume');
    const servers = [needed(journey.servers.harvard, 'server'), needed(journey.servers.mit, 'server')];
    const before = await capacities(market);

    await terminal.step('the volume is detached and deleted', async () => {
      await tenant.detach(needed(journey.servers.mit, 'server').id, volume.id);
      await tenant.deleteVolume(volume.id);
    });
    await terminal.step('both servers are deleted', () =>
      Promise.all(servers.map(({ id }) => tenant.deleteServer(id))),
    );
    await terminal.step('both containers are deleted', async () => {
      for (const name of journey.containers) await tenant.deleteContainer(name);
      await tenant.deleteKeyPair(KEY_PAIR);
    });
    const accounts = await terminal.step(
      'the object accounts, empty now, are ended',
      () => endEmptyAccounts(market),
      (all) => `${String(all.length)} leases`,
    );
    await terminal.step('nothing of it is left in the list', () =>
      until(
        'an inventory without it',
        async () => [...(await tenant.servers()), ...(await tenant.volumes()), ...(await tenant.containers())],
        (left) => !left.some(({ name }) => name?.startsWith(TOUR_PREFIX) === true),
        FREE_WITHIN_MS,
      ),
    );
    const grown = await terminal.step(
      'the capacity is on offer again',
      () =>
        until(
          'free capacity',
          () => capacities(market),
          (now) => isFree(before, now),
          FREE_WITHIN_MS,
          show,
        ),
      (now) => freed(before, now),
    );
    if (grown.size === 0) throw new Error('No landlord offers anything any more.');
    const resources = new Set([volume.id, ...servers.map(({ id }) => id)]);
    const ended = new Set(accounts.map(({ id }) => id));
    const isOurs = ({ id, resource }: Lease) => resources.has(resource.id) || ended.has(id);
    const settled = await terminal.step(
      'the leases are settled',
      async () => {
        const leases = () => market.leases();
        const done = (all: Lease[]) => !all.some((lease) => isOurs(lease) && LIVE.has(lease.state));
        return (await until('settled leases', leases, done, SETTLED_WITHIN_MS)).filter(isOurs);
      },
      (all) => `${credits(all.reduce((sum, { cost }) => sum + BigInt(cost), 0n))} credits in the end`,
    );
    terminal.table(
      ['lease', 'for', 'state', 'credits'],
      settled.map(({ id, resource, state, cost }) => [id.slice(0, 8), resource.type, state, credits(cost)]),
    );
  },
};

/** A server of each compute landlord, and the volume's GiB. */
function isFree(before: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): boolean {
  const grew = (prefix: string) =>
    [...now].some(([key, units]) => key.startsWith(prefix) && units > (before.get(key) ?? 0));
  return grew('harvard/server/') && grew('mit/server/') && grew('bluestone/volume/');
}

function freed(before: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): string {
  return [...now]
    .filter(([key, units]) => units > (before.get(key) ?? 0) && /\/(server\/m1\.tiny|volume\/.*)$/.test(key))
    .map(([key, units]) => `${key.split('/')[0] ?? ''} ${String(before.get(key) ?? 0)}→${String(units)}`)
    .join(', ');
}

function show(now: ReadonlyMap<string, number>): string {
  return [...now].map(([key, units]) => `${key}=${String(units)}`).join(' ');
}
