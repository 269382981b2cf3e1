import { createHash, type Hash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { freeMemory } from '../../chunk-memory.js';
import type { DigestReply, DigestRequest } from './digest-protocol.js';

// Hashes and writes a stream's chunks off the main thread: MD5 alone would keep the event loop busy two seconds per GiB.
const hashes = new Map<number, Hash>();

function writeAll(fd: number, chunk: Uint8Array, position: number): void {
  for (let done = 0; done < chunk.length;) {
    done += writeSync(fd, chunk, done, chunk.length - done, position + done);
  }
}

function hashAndWrite(hash: Hash, { fd, position, chunks }: Extract<DigestRequest, { kind: 'write' }>): void {
  let offset = position;
  for (const chunk of chunks) {
    // In this order MD5, which waits for nothing but itself, brings the bytes into this core's cache.
    hash.update(chunk);
    writeAll(fd, chunk, offset);
    offset += chunk.length;
  }
}

function handle(request: DigestRequest): DigestReply {
  const { job } = request;
  if (request.kind === 'forget') {
    hashes.delete(job);
    return { job };
  }
  if (request.kind === 'finish') {
    const md5 = (hashes.get(job) ?? createHash('md5')).digest('hex');
    hashes.delete(job);
    return { job, md5 };
  }
  const hash = hashes.get(job) ?? createHash('md5');
  hashes.set(job, hash);
  try {
    hashAndWrite(hash, request);
  } finally {
    freeMemory(request.chunks);
  }
  return { job };
}

parentPort?.on('message', (request: DigestRequest) => {
  try {
    parentPort?.postMessage(handle(request));
  } catch (error) {
    hashes.delete(request.job);
    parentPort?.postMessage({ job: request.job, error: error instanceof Error ? error.message : 'write failed' });
  }
});
