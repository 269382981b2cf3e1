import { join } from 'node:path';
import { FakeIdentity } from '@ocx/testing/fake-identity';
import { type Databases, openDatabases } from './databases.js';
import { freePort } from './free-port.js';
import { residentMiB } from './measure.js';
import { startService } from './service.js';
import { landlordFile } from './standalone-landlord.js';
import { ms, type Row, times } from './table.js';

const BOUND_MS = 1500;
const BOUND_MIB = 220;
const IDLE_MS = 3000;
const KINDS = ['identity', 'broker', 'compute', 'storage'] as const;
type Kind = (typeof KINDS)[number];

async function environment(kind: Kind, directory: string, identity: FakeIdentity): Promise<Record<string, string>> {
  switch (kind) {
    case 'identity':
      return { OCX_BOOTSTRAP_ADMIN_PASSWORD_FILE: join(directory, 'admin-password') };
    case 'broker': {
      const port = await freePort();
      return {
        OCX_OBJECT_PORT: String(port),
        OCX_OBJECT_PUBLIC_URL: `http://127.0.0.1:${port}`,
        OCX_IDENTITY_URL: identity.url,
        OCX_IDENTITY_ENROLMENT_CODE: 'bench-enrolment-code',
      };
    }
    default: {
      const capacity: Record<string, number> =
        kind === 'compute' ? { vcpus: 8, ram_mb: 8192, disk_gb: 100 } : { gib: 100 };
      return {
        OCX_LANDLORD_CONFIG: await landlordFile(directory, kind, capacity),
        OCX_STANDALONE_ISSUER: identity.issuer,
        OCX_STANDALONE_JWKS_URL: identity.jwksUrl,
      };
    }
  }
}

async function measureKind(
  kind: Kind,
  directory: string,
  databases: Databases,
  identity: FakeIdentity,
): Promise<Row[]> {
  const env = { ...(await environment(kind, directory, identity)), DATABASE_URL: await databases.create() };
  // The first start makes the schema and the keys; what is measured is every start after it.
  const first = await startService(kind, directory, env);
  await first.stop();
  const service = await startService(kind, directory, env);
  try {
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const resident = residentMiB(service.pid);
    return [
      {
        what: `${kind}: spawn to first answer`,
        measured: ms(service.startedIn),
        against: `${BOUND_MS} ms`,
        ratio: times(service.startedIn / BOUND_MS),
        bound: '≤ 1.00 ×',
        kept: service.startedIn <= BOUND_MS,
      },
      {
        what: `${kind}: memory when idle`,
        measured: `${resident.toFixed(0)} MiB`,
        against: `${BOUND_MIB} MiB`,
        ratio: times(resident / BOUND_MIB),
        bound: '≤ 1.00 ×',
        kept: resident <= BOUND_MIB,
      },
    ];
  } finally {
    await service.stop();
  }
}

/** Each service started alone: how soon it answers, and what it holds when nobody asks. */
export async function startUp(directory: string): Promise<Row[]> {
  const databases = await openDatabases();
  const identity = await FakeIdentity.start();
  try {
    const rows: Row[] = [];
    for (const kind of KINDS) rows.push(...(await measureKind(kind, join(directory, kind), databases, identity)));
    return rows;
  } finally {
    await identity.stop();
    await databases.close();
  }
}
