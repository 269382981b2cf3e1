import type { InstanceFile } from '../hypervisor/hypervisor.js';
import type { Server } from './server.js';

/** cloud-init's NoCloud seed, by file name: what a server finds in its read-only seed directory. */
export function seedFiles(server: Server): InstanceFile[] {
  const metaData = {
    'instance-id': server.id,
    'local-hostname': server.hostname,
    'public-keys': [...server.publicKeys],
    ...(Object.keys(server.metadata).length > 0 ? { meta: server.metadata } : {}),
  };
  const userData = server.userData === null ? '' : Buffer.from(server.userData, 'base64');
  return [
    // JSON is YAML, and needs no escaping rules of its own.
    { path: 'meta-data', content: `${JSON.stringify(metaData)}\n`, mode: 0o644 },
    { path: 'user-data', content: userData, mode: 0o600 },
  ];
}

/** What is written into the server once, for it to change as it likes: the keys that open it. */
export function instanceFiles({ publicKeys }: Server): InstanceFile[] {
  if (publicKeys.length === 0) return [];
  return [{ path: '/root/.ssh/authorized_keys', content: `${publicKeys.join('\n')}\n`, mode: 0o600 }];
}
