import { setTimeout as delay } from 'node:timers/promises';
import { administrator, startIdentityService } from './identity-service.js';
import { reauthentication } from './identity.js';
import { Clients, type Request } from './load.js';
import { ms, type Row, times } from './table.js';
import type { Workplace } from './workplace.js';

const CRASHES = 3;
const BOUND_MS = 3000;
const PATIENCE_MS = 30_000;

/** How long nobody can log in after a kill -9, the restart included. */
export async function recovery(workplace: Workplace): Promise<Row[]> {
  const identity = await startIdentityService(workplace);
  const login = reauthentication(await administrator(identity));
  const row = async (what: string, crash: () => Promise<void>): Promise<Row> => {
    const outages: number[] = [];
    for (let crashed = 0; crashed < CRASHES; crashed += 1) outages.push(await outage(identity.url, login, crash));
    const worst = Math.max(...outages);
    return {
      what: `kill -9 of ${what}: the longest time without a login`,
      measured: ms(worst),
      against: `${BOUND_MS} ms`,
      ratio: times(worst / BOUND_MS),
      bound: '≤ 1.00 ×',
      kept: worst <= BOUND_MS,
    };
  };
  return [await row('PostgreSQL', () => identity.databases.crash()), await row('identity', () => identity.crash())];
}

/** The longest time between two logins that were answered, one after the other, while it crashes and comes back. */
async function outage(url: string, login: Request, crash: () => Promise<void>): Promise<number> {
  const clients = new Clients(url, { atOnce: 1, seconds: 1 });
  const state = { isBack: false };
  try {
    await clients.ask(login);
    let last = performance.now();
    let longest = 0;
    const crashed = crash().finally(() => {
      state.isBack = true;
    });
    const deadline = last + PATIENCE_MS;
    while (performance.now() < deadline) {
      await delay(5);
      const wasBack = state.isBack;
      const isAnswered = await clients.ask(login).then(
        () => true,
        () => false,
      );
      if (!isAnswered) continue;
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
      if (wasBack) {
        await crashed;
        return longest;
      }
    }
    throw new Error('Identity did not come back.');
  } finally {
    await clients.close();
  }
}
