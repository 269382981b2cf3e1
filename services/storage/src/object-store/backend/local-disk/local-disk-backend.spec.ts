import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { objectBackendContract } from '../object-backend.contract.js';
import { LocalDiskBackend } from './local-disk-backend.js';

async function filesIn(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}

objectBackendContract('local disk', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ocx-object-backend-'));
  const backend = await LocalDiskBackend.open(directory);
  return {
    backend,
    residue: () => filesIn(directory),
    close: async () => {
      await backend.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
});

it('drops what an earlier process left half written', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ocx-object-backend-'));
  try {
    await LocalDiskBackend.open(directory);
    await writeFile(join(directory, 'incoming', 'half'), 'half');
    await LocalDiskBackend.open(directory);
    expect(await filesIn(directory)).toBe(0);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
