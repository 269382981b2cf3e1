import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { InvalidInput } from '@ocx/service-kit/errors';
import type { ArchiveKind } from '../hypervisor/hypervisor.js';

export interface ArchiveLimits {
  /** Bytes of all files together, unpacked. */
  readonly maxBytes: number;
  readonly maxEntries: number;
}

const GZIP = Buffer.from([0x1f, 0x8b]);
// A member of a docker archive that may itself be an archive: the layers, and not the small JSON files.
const LAYER = /(?:^|\/)layer\.tar$|^blobs\/sha256\/[0-9a-f]{64}$|\.tar(?:\.gz)?$/;

class Budget {
  private bytes = 0;
  private entries = 0;

  constructor(private readonly limits: ArchiveLimits) {}

  get spent(): number {
    return this.bytes;
  }

  add(bytes: number): void {
    this.bytes += bytes;
    this.entries += 1;
    if (this.bytes > this.limits.maxBytes) throw new InvalidInput('The image unpacks to more than is allowed.');
    if (this.entries > this.limits.maxEntries) throw new InvalidInput('The image holds more files than are allowed.');
  }
}

/** Reads a gzip stream as what it holds, another as it is; the limit counts what comes out. */
async function plain(source: Readable, limit: number): Promise<Readable> {
  const output = new PassThrough();
  const iterator = source.iterator({ destroyOnReturn: false });
  const first = (await iterator.next()) as IteratorResult<Buffer, undefined>;
  const whole = async function* () {
    if (!first.done) yield first.value;
    for await (const chunk of iterator as AsyncIterable<Buffer>) yield chunk;
  };
  const bounded = async function* (chunks: AsyncIterable<Buffer>) {
    let size = 0;
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > limit) throw new InvalidInput('The image unpacks to more than is allowed.');
      yield chunk;
    }
  };
  const zipped = first.value?.subarray(0, 2).equals(GZIP) === true;
  const flow = zipped ? pipeline(whole, createGunzip(), bounded, output) : pipeline(whole, bounded, output);
  flow.catch((error: unknown) => output.destroy(error as Error));
  return output;
}

async function walk(archive: Readable, budget: Budget, nested: boolean): Promise<number> {
  const reader = extract();
  const reading = pipeline(archive, reader);
  reading.catch(() => undefined);
  let entries = 0;
  for await (const entry of reader) {
    entries += 1;
    const { name, size, type } = entry.header;
    if (nested && type === 'file' && LAYER.test(name)) await walkLayer(Readable.from(entry), budget);
    else {
      budget.add(size);
      entry.resume();
    }
  }
  await reading;
  return entries;
}

// Layers and JSON share one folder in newer archives: what is no archive counts as a plain file.
async function walkLayer(entry: Readable, budget: Budget): Promise<void> {
  const layer = await plain(entry, Number.MAX_SAFE_INTEGER);
  const probe = layer.iterator({ destroyOnReturn: false });
  const first = (await probe.next()) as IteratorResult<Buffer, undefined>;
  if (first.done) return;
  const isTar = first.value.length >= 262 && first.value.toString('latin1', 257, 262) === 'ustar';
  const rest = async function* () {
    yield first.value;
    for await (const chunk of probe as AsyncIterable<Buffer>) yield chunk;
  };
  if (isTar) {
    const source = new PassThrough();
    const flow = pipeline(rest, source);
    flow.catch((error: unknown) => source.destroy(error as Error));
    await walk(source, budget, false);
  } else for await (const chunk of rest()) budget.add(chunk.length);
}

/**
 * Walks an archive without unpacking it and returns the bytes it would unpack to. InvalidInput for what is no archive,
 * is empty, or is a bomb: too many files, too many bytes, however well compressed.
 */
export async function inspectArchive(source: Readable, kind: ArchiveKind, limits: ArchiveLimits): Promise<number> {
  const budget = new Budget(limits);
  try {
    // Headers and padding of small files can exceed their content.
    const archive = await plain(source, limits.maxBytes + limits.maxEntries * 1536);
    const entries = await walk(archive, budget, kind === 'docker');
    if (entries === 0) throw new InvalidInput('The image is an empty archive.');
    return budget.spent;
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    throw new InvalidInput('The image is not a tar archive.', { cause: error });
  } finally {
    source.destroy();
  }
}

/** The archive without compression, for engines and readers that take tar only. */
export const asTar = (source: Readable, limits: ArchiveLimits): Promise<Readable> =>
  plain(source, limits.maxBytes + limits.maxEntries * 1536);
