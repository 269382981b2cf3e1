import { MessageChannel } from 'node:worker_threads';

// What is transferred to a closed port is detached and dropped. Left to the garbage collector, chunks of streams pile up to
// tens of MiB, and V8 answers so much memory outside its heap with full collections, which cost more than moving the bytes.
const { port1: nowhere } = new MessageChannel();
nowhere.close();

/** Whether the bytes are all that there is in their memory. A slice, or what lies in Node's pool, is not. */
export function ownsMemory(chunk: Uint8Array): chunk is Uint8Array<ArrayBuffer> {
  return chunk.buffer instanceof ArrayBuffer && chunk.buffer.byteLength === chunk.byteLength;
}

/** Frees the memory at once. The chunks are empty afterwards. */
export function freeMemory(chunks: readonly Uint8Array<ArrayBuffer>[]): void {
  nowhere.postMessage(
    undefined,
    chunks.map((chunk) => chunk.buffer),
  );
}
