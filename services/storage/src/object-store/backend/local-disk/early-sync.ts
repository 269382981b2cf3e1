import type { FileHandle } from 'node:fs/promises';

/** Bytes of one file for which it is worth keeping the disk busy. */
const WORTH_BYTES = 16 * 1024 * 1024;

/**
 * Has the disk write while uploads still come in. Left to itself the kernel keeps what was written in memory for long, and
 * the processors wait for the disk when all is hashed. One file at a time: more would only queue at the disk, and each
 * holds a thread of the pool that reads are served from.
 */
export class EarlySync {
  private busy = false;

  /** Syncs the file when there is enough to write and no other has its turn; undefined otherwise. */
  offer(file: FileHandle, unsyncedBytes: number): Promise<void> | undefined {
    if (this.busy || unsyncedBytes < WORTH_BYTES) return undefined;
    this.busy = true;
    return file.datasync().finally(() => {
      this.busy = false;
    });
  }
}
