import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FakeIdentity } from '@ocx/testing/fake-identity';
import { Databases } from './databases.js';
import { freePort } from './free-port.js';
import { median, residentMiB } from './measure.js';
import { type Kind, startService } from './service.js';
import { landlordEnvironment, startIdentity } from './standalone-landlord.js';
import { ms, type Row, times } from './table.js';
import type { Workplace } from './workplace.js';

const BOUND_MS = 1500;
const BOUND_MIB = 220;
const STARTS = 5;
const IDLE_MS = 3000;
const KINDS: readonly Kind[] = ['identity', 'broker', 'compute', 'storage'];

async function environment(workplace: Workplace, kind: Kind, identity: FakeIdentity): Promise<Record<string, string>> {
  switch (kind) {
    case 'identity':
      return { OCX_BOOTSTRAP_ADMIN_PASSWORD_FILE: join(workplace.directory, 'admin-password') };
    case 'broker': {
      const port = await freePort();
      return {
        OCX_OBJECT_PORT: String(port),
        OCX_OBJECT_PUBLIC_URL: `http://127.0.0.1:${port}`,
        OCX_IDENTITY_URL: identity.url,
        OCX_IDENTITY_ENROLMENT_CODE: 'bench-enrolment-code',
      };
    }
    default:
      return landlordEnvironment(workplace, kind, identity);
  }
}

async function measureKind(workplace: Workplace, kind: Kind, env: Record<string, string>): Promise<Row[]> {
  // The first start makes the schema and the keys; what is measured is every start after it.
  await (await startService(workplace, kind, env)).stop();
  const startedIn: number[] = [];
  const resident: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const service = await startService(workplace, kind, env);
    startedIn.push(service.startedIn);
    await delay(IDLE_MS);
    resident.push(residentMiB(service.pid));
    await service.stop();
  }
  return [
    {
      what: `${kind}: spawn to first answer`,
      measured: ms(median(startedIn)),
      against: `${BOUND_MS} ms`,
      ratio: times(median(startedIn) / BOUND_MS),
      bound: '≤ 1.00 ×',
      kept: median(startedIn) <= BOUND_MS,
    },
    {
      what: `${kind}: memory when idle`,
      measured: `${median(resident).toFixed(0)} MiB`,
      against: `${BOUND_MIB} MiB`,
      ratio: times(median(resident) / BOUND_MIB),
      bound: '≤ 1.00 ×',
      kept: median(resident) <= BOUND_MIB,
    },
  ];
}

/** Each service started alone: how soon it answers, and what it holds when nobody asks. */
export async function startUp(workplace: Workplace): Promise<Row[]> {
  const databases = await Databases.open(workplace);
  const identity = await startIdentity(workplace);
  const rows: Row[] = [];
  for (const kind of KINDS) {
    const env = await environment(workplace, kind, identity);
    rows.push(...(await measureKind(workplace, kind, { ...env, DATABASE_URL: await databases.create() })));
  }
  return rows;
}
