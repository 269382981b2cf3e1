import type { InstanceFile } from '../hypervisor/hypervisor.js';
import type { Server } from './server.js';

const SEED = '/var/lib/cloud/seed/nocloud';

/** What a server finds inside when it starts: its keys, and cloud-init's NoCloud seed. */
export function instanceFiles(server: Server): InstanceFile[] {
  const keys = [...server.publicKeys];
  const metaData = {
    'instance-id': server.id,
    'local-hostname': server.hostname,
    'public-keys': keys,
    ...(Object.keys(server.metadata).length > 0 ? { meta: server.metadata } : {}),
  };
  // JSON is YAML, and needs no escaping rules of its own.
  const files: InstanceFile[] = [{ path: `${SEED}/meta-data`, content: `${JSON.stringify(metaData)}\n`, mode: 0o644 }];
  const userData = server.userData === null ? '' : Buffer.from(server.userData, 'base64');
  files.push({ path: `${SEED}/user-data`, content: userData, mode: 0o600 });
  if (keys.length > 0) {
    files.push({ path: '/root/.ssh/authorized_keys', content: `${keys.join('\n')}\n`, mode: 0o600 });
  }
  return files;
}
