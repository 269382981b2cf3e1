import { randomUUID } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Conflict, NotFound } from '@ocx/service-kit/errors';
import { GIB, type VolumeBackend } from './volume-backend.js';

export interface BackendUnderTest {
  readonly backend: VolumeBackend;
  close(): Promise<void>;
}

/** What every driver of {@link VolumeBackend} promises. */
export function volumeBackendContract(name: string, start: () => Promise<BackendUnderTest>): void {
  describe(`${name} keeps volumes`, () => {
    let under: BackendUnderTest;
    beforeEach(async () => {
      under = await start();
    });
    afterEach(async () => {
      await under.close();
    });

    it('creates zeros of the size asked for, taking next to no space', async () => {
      const id = randomUUID();
      await under.backend.create(id, 3);
      await under.backend.create(id, 3);
      const stored = await under.backend.show(id);
      expect(stored).toMatchObject({ id, size: 3 * GIB });
      expect(stored.allocated).toBeLessThan(1024 * 1024);
      await expect(under.backend.create(id, 4)).rejects.toBeInstanceOf(Conflict);
      expect((await under.backend.show(id)).size).toBe(3 * GIB);
    });

    it('extends without touching the data, and never shrinks', async () => {
      const id = randomUUID();
      await under.backend.create(id, 1);
      const file = await open(await under.backend.exportable(id), 'r+');
      await file.write(Buffer.from('kept'), 0, 4, 4096);
      await file.close();
      await under.backend.flush(id);
      await under.backend.extend(id, 2);
      await under.backend.extend(id, 2);
      expect((await under.backend.show(id)).size).toBe(2 * GIB);
      await expect(under.backend.extend(id, 1)).rejects.toBeInstanceOf(Conflict);
      const read = await open(await under.backend.exportable(id), 'r');
      const { buffer } = await read.read(Buffer.alloc(4), 0, 4, 4096);
      await read.close();
      expect(buffer.toString()).toBe('kept');
    });

    it('forgets a deleted volume, and a new one of that id is blank', async () => {
      const id = randomUUID();
      await under.backend.create(id, 1);
      const path = await under.backend.exportable(id);
      const file = await open(path, 'r+');
      await file.write('secret');
      await file.close();
      await under.backend.delete(id);
      await under.backend.delete(id);
      await expect(under.backend.show(id)).rejects.toBeInstanceOf(NotFound);
      await expect(under.backend.exportable(id)).rejects.toBeInstanceOf(NotFound);
      await expect(readFile(path)).rejects.toThrow(/ENOENT/);
      await under.backend.create(id, 1);
      const again = await open(path, 'r');
      const { buffer } = await again.read(Buffer.alloc(6), 0, 6, 0);
      await again.close();
      expect(buffer).toEqual(Buffer.alloc(6));
    });

    it('takes no path for an id', async () => {
      for (const id of ['../../etc/passwd', '', 'a/b', '.']) {
        await expect(under.backend.create(id, 1)).rejects.toThrow();
        await expect(under.backend.delete(id)).rejects.toThrow();
      }
    });
  });
}
