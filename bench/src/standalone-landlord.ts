import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FakeIdentity } from '@ocx/testing/fake-identity';
import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { Databases } from './databases.js';
import { startService } from './service.js';
import type { Workplace } from './workplace.js';

const CAPACITY = { compute: { vcpus: 8, ram: 8192, disk: 100 }, storage: { gib: 100 } } as const;

export async function startIdentity(workplace: Workplace): Promise<FakeIdentity> {
  const identity = await FakeIdentity.start();
  workplace.onClose(() => identity.stop());
  return identity;
}

/** The environment of a landlord on its own: it has capacity and users of an issuer it pinned, and offers nothing. */
export async function landlordEnvironment(
  workplace: Workplace,
  kind: 'compute' | 'storage',
  identity: FakeIdentity,
): Promise<Record<string, string>> {
  const file = join(workplace.directory, `${kind}.json`);
  const sla = { availability: '99.0', provision_seconds: 30 };
  const capacity = CAPACITY[kind];
  await writeFile(file, JSON.stringify({ name: 'bench', region: 'bench', kind, sla, capacity, offers: [] }));
  return {
    OCX_LANDLORD_CONFIG: file,
    OCX_STANDALONE_ISSUER: identity.issuer,
    OCX_STANDALONE_JWKS_URL: identity.jwksUrl,
  };
}

/** A storage landlord on its own, and a tenant's object account at it. */
export async function startStorageLandlord(workplace: Workplace) {
  const databases = await Databases.open(workplace);
  const identity = await startIdentity(workplace);
  const service = await startService(workplace, 'storage', {
    DATABASE_URL: await databases.create(),
    ...(await landlordEnvironment(workplace, 'storage', identity)),
  });
  return {
    pid: service.pid,
    accountUrl: `${service.url}/v1/AUTH_${TEST_PROJECT.id}`,
    token: () => identity.exchangeToken({ project: TEST_PROJECT, roles: ['member'] }),
  };
}
