import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { volumeBackendContract } from '../volume-backend.contract.js';
import { LocalFilesBackend } from './local-files-backend.js';

volumeBackendContract('a local file system', async () => {
  const root = await mkdtemp(join(tmpdir(), 'ocx-volumes-'));
  return {
    backend: new LocalFilesBackend(join(root, 'volumes')),
    close: () => rm(root, { recursive: true, force: true }),
  };
});
