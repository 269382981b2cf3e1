import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FakeIdentity } from '@ocx/testing/fake-identity';
import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { openDatabases } from './databases.js';
import { startService } from './service.js';

/** The configuration file of a landlord that is on its own: it has capacity, and offers nothing to an exchange. */
export async function landlordFile(
  directory: string,
  kind: 'compute' | 'storage',
  capacity: Record<string, number>,
): Promise<string> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'landlord.json');
  const sla = { availability: '99.0', provision_seconds: 30 };
  await writeFile(file, JSON.stringify({ name: 'bench', region: 'bench', kind, sla, capacity, offers: [] }));
  return file;
}

/** A storage landlord on its own, with users of an issuer it pinned. */
export async function startStorageLandlord(directory: string) {
  const databases = await openDatabases();
  const identity = await FakeIdentity.start();
  const service = await startService('storage', join(directory, 'storage'), {
    DATABASE_URL: await databases.create(),
    OCX_LANDLORD_CONFIG: await landlordFile(directory, 'storage', { gib: 100 }),
    OCX_STANDALONE_ISSUER: identity.issuer,
    OCX_STANDALONE_JWKS_URL: identity.jwksUrl,
  });
  return {
    pid: service.pid,
    accountUrl: `${service.url}/v1/AUTH_${TEST_PROJECT.id}`,
    token: () => identity.exchangeToken({ project: TEST_PROJECT, roles: ['member'] }),
    stop: async () => {
      await service.stop();
      await identity.stop();
      await databases.close();
    },
  };
}
