import { verify } from '@node-rs/argon2';
import pg from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { administrator, startIdentityService, type OwnIdentity } from './identity-service.js';
import { validation } from './identity.js';
import { Clients, type Request } from './load.js';
import { median, percentile } from './measure.js';
import { ms, type Row, times } from './table.js';
import type { Workplace } from './workplace.js';

const LOAD = { atOnce: 16, seconds: 10 } as const;
const ROUNDS = 3;
/** As many as there are processors that identity computes on. */
const HASHES_AT_ONCE = 2;
const BOUND = 0.95;
const BOUND_MS = 25;
const ASK_EVERY_MS = 20;

/** Password logins beside the hash alone, and everybody else's requests while they storm. */
export async function loginStorm(workplace: Workplace): Promise<Row[]> {
  const identity = await startIdentityService(workplace);
  const session = await administrator(identity);
  const stored = await storedHash(identity);
  const clients = new Clients(identity.url, LOAD);
  const login = loginOf(identity);
  await clients.run(login, 1);
  const rounds: { readonly logins: number; readonly hashes: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({
      hashes: await hashesPerSecond(stored, identity.adminPassword),
      logins: (await clients.run(login)).perSecond,
    });
  }
  const others = new Clients(identity.url, { atOnce: 1, seconds: LOAD.seconds });
  const [latencies] = await Promise.all([asked(others, validation(session)), clients.run(login)]);
  await Promise.all([clients.close(), others.close()]);
  const ratio = median(rounds.map(({ logins, hashes }) => logins / hashes));
  const p99 = percentile(latencies, 99);
  return [
    {
      what: 'password logins per second',
      measured: median(rounds.map(({ logins }) => logins)).toFixed(1),
      against: `${median(rounds.map(({ hashes }) => hashes)).toFixed(1)} hashes of the same cost alone`,
      ratio: times(ratio),
      bound: `≥ ${times(BOUND)}`,
      kept: ratio >= BOUND,
    },
    {
      what: 'token validation during a storm of logins: p99',
      measured: ms(p99),
      against: `${BOUND_MS} ms`,
      ratio: times(p99 / BOUND_MS),
      bound: '≤ 1.00 ×',
      kept: p99 <= BOUND_MS,
    },
  ];
}

function loginOf({ adminPassword: password }: OwnIdentity): Request {
  const domain = { id: 'default' };
  const identity = { methods: ['password'], password: { user: { name: 'admin', domain, password } } };
  const auth = { identity, scope: { project: { name: 'admin', domain } } };
  return { method: 'POST', path: '/v3/auth/tokens', json: { auth }, expects: 201 };
}

async function storedHash({ databaseUrl }: OwnIdentity): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ password_hash: string }>(
      `SELECT password_hash FROM users WHERE name = 'admin'`,
    );
    const [row] = rows;
    if (!row) throw new Error('There is no administrator.');
    return row.password_hash;
  } finally {
    await client.end();
  }
}

async function hashesPerSecond(stored: string, password: string): Promise<number> {
  const start = performance.now();
  const end = start + LOAD.seconds * 1000;
  let done = 0;
  const compute = async () => {
    while (performance.now() < end) {
      await verify(stored, password);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: HASHES_AT_ONCE }, compute));
  return (done / (performance.now() - start)) * 1000;
}

/** Milliseconds of each request, begun at fixed times, so that a slow one does not keep the next from being counted. */
async function asked(clients: Clients, request: Request): Promise<number[]> {
  // The storm has to rise first.
  await delay(500);
  const latencies: number[] = [];
  const end = performance.now() + (LOAD.seconds - 1) * 1000;
  const running: Promise<void>[] = [];
  while (performance.now() < end) {
    const start = performance.now();
    running.push(clients.ask(request).then(() => void latencies.push(performance.now() - start)));
    await delay(ASK_EVERY_MS);
  }
  await Promise.all(running);
  return latencies;
}
