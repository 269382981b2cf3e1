import type { FileHandle } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { EarlySync } from './early-sync.js';

const MIB = 1024 * 1024;

/** A file on a disk that takes until it is told to. */
function slowFile() {
  const syncing: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const datasync = () =>
    new Promise<void>((resolve, reject) => {
      syncing.push({ resolve, reject });
    });
  return { file: { datasync } as unknown as FileHandle, syncing };
}

describe('early sync', () => {
  it('leaves little alone', () => {
    const { file, syncing } = slowFile();
    expect(new EarlySync().offer(file, 16 * MIB - 1)).toBeUndefined();
    expect(syncing).toHaveLength(0);
  });

  it('syncs one file at a time', async () => {
    const early = new EarlySync();
    const first = slowFile();
    const second = slowFile();
    const sync = early.offer(first.file, 16 * MIB);
    expect(early.offer(second.file, 64 * MIB)).toBeUndefined();
    first.syncing[0]?.resolve();
    await sync;
    expect(early.offer(second.file, 64 * MIB)).toBeDefined();
  });

  it('tells what the disk said, and goes on with the next file', async () => {
    const early = new EarlySync();
    const { file, syncing } = slowFile();
    const sync = early.offer(file, 16 * MIB);
    syncing[0]?.reject(new Error('EIO'));
    await expect(sync).rejects.toThrow('EIO');
    expect(early.offer(file, 16 * MIB)).toBeDefined();
  });
});
