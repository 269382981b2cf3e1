import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { DigestReply, DigestRequest } from './digest-protocol.js';

// Resolved through the package's own name, so that it is the compiled file also when the caller is not.
const WORKER = createRequire(import.meta.url).resolve('@ocx/storage/object-store/backend/local-disk/digest-worker');

/** MiB. A worker holds little more than its code: it frees the chunks it is given at once. */
const WORKER_MEMORY = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 };

interface Pending {
  resolve: (reply: DigestReply) => void;
  reject: (error: Error) => void;
}

/** A stream being hashed and written by one worker. Calls do not overlap. */
export class DigestJob {
  constructor(
    private readonly worker: DigestWorker,
    private readonly job: number,
  ) {}

  /** Hashes and writes the chunks. Their memory is gone afterwards. */
  async write(fd: number, position: number, chunks: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
    const memory = chunks.map((chunk) => chunk.buffer);
    await this.worker.ask({ kind: 'write', job: this.job, fd, position, chunks }, memory);
  }

  async finish(): Promise<string> {
    const { md5 } = await this.worker.ask({ kind: 'finish', job: this.job });
    if (md5 === undefined) throw new Error('The digest worker gave no digest.');
    return md5;
  }

  async forget(): Promise<void> {
    await this.worker.ask({ kind: 'forget', job: this.job });
  }
}

class DigestWorker {
  private readonly pending = new Map<number, Pending>();
  private readonly worker = new Worker(WORKER, { resourceLimits: WORKER_MEMORY });
  private dead: Error | undefined;

  constructor() {
    // A worker alone must not keep the process alive.
    this.worker.unref();
    this.worker.on('message', (reply: DigestReply) => {
      const waiting = this.pending.get(reply.job);
      this.pending.delete(reply.job);
      if (reply.error === undefined) waiting?.resolve(reply);
      else waiting?.reject(new Error(reply.error));
    });
    this.worker.on('error', (error) => {
      this.fail(error instanceof Error ? error : new Error('The digest worker failed.'));
    });
    this.worker.on('exit', () => {
      this.fail(new Error('The digest worker ended.'));
    });
  }

  get isDead(): boolean {
    return this.dead !== undefined;
  }

  ask(request: DigestRequest, transfer: ArrayBuffer[] = []): Promise<DigestReply> {
    if (this.dead) return Promise.reject(this.dead);
    return new Promise((resolve, reject) => {
      this.pending.set(request.job, { resolve, reject });
      this.worker.postMessage(request, transfer);
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(error: Error): void {
    this.dead ??= error;
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }
}

/** Worker threads for MD5 and writing, started with the first large object. */
export class DigestPool {
  private readonly workers: DigestWorker[] = [];
  private jobs = 0;

  constructor(private readonly size = Math.max(2, availableParallelism())) {}

  start(): DigestJob {
    this.jobs += 1;
    const slot = this.jobs % this.size;
    const current = this.workers[slot];
    const worker = current && !current.isDead ? current : new DigestWorker();
    this.workers[slot] = worker;
    return new DigestJob(worker, this.jobs);
  }

  async end(): Promise<void> {
    await Promise.all(this.workers.filter(Boolean).map((worker) => worker.end()));
    this.workers.length = 0;
  }
}
