import { createHash, type Hash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { DigestReply, DigestRequest } from './digest-protocol.js';

// Hashes and writes a stream's blocks off the main thread: MD5 alone would keep the event loop busy two seconds per GiB.
const hashes = new Map<number, Hash>();

function writeAll(fd: number, block: Uint8Array, position: number): void {
  for (let done = 0; done < block.length;) {
    done += writeSync(fd, block, done, block.length - done, position + done);
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
  const block = new Uint8Array(request.memory, 0, request.length);
  writeAll(request.fd, block, request.position);
  hash.update(block);
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
