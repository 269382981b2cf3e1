import { routableSwiftUrl } from '@ocx/openstack-api/object-store/path';
import type { AppOptions } from '@ocx/service-kit/bootstrap';
import type { FaultStyle } from '@ocx/service-kit/fault';
import {
  blockStorageMicroversions,
  routableBlockStorageUrl,
} from './block-storage/versions/block-storage-microversion.js';
import { isSwiftPath, transactionIdMiddleware } from './object-store/http/swift-url.js';
import type { StorageConfig } from './storage.config.js';

export function faultStyleOf(path: string): FaultStyle {
  if (isSwiftPath(path)) return 'swift';
  return path.startsWith('/landlord/') ? 'problem' : 'cinder';
}

/** How a storage landlord speaks HTTP: which paths have which error form, and whose bodies are streams. */
export const storageAppOptions = (config: StorageConfig): AppOptions => ({
  name: 'storage',
  config,
  faultStyle: faultStyleOf,
  rawBody: isSwiftPath,
  middleware: [transactionIdMiddleware, blockStorageMicroversions],
  routeAs: (url) => (isSwiftPath(url) ? routableSwiftUrl(url) : routableBlockStorageUrl(url)),
});
