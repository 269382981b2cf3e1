import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract, pack, type Pack } from 'tar-stream';
import { z } from 'zod';
import { InvalidInput } from '@ocx/service-kit/errors';

const MANIFEST_MAX = 1024 * 1024;
const MemberName = z
  .string()
  .max(512)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/)
  .refine((name) => !name.split('/').includes('..'));
const Manifest = z
  .array(z.object({ Config: MemberName, Layers: z.array(MemberName).max(256) }))
  .length(1, 'must hold exactly one image');
type Manifest = z.infer<typeof Manifest>[number];

/** Reads what a `docker save` archive says of its one image. Names in it are checked, its tags are not even read. */
export async function readManifest(archive: Readable): Promise<Manifest> {
  let found: Manifest | undefined;
  const reader = extract();
  const reading = pipeline(archive, reader);
  reading.catch(() => undefined);
  for await (const entry of reader) {
    if (entry.header.name === 'manifest.json' && found === undefined) {
      if (entry.header.size > MANIFEST_MAX) throw new InvalidInput('The archive has an oversized manifest.json.');
      found = parseManifest(await buffer(entry));
    } else entry.resume();
  }
  await reading;
  if (!found) throw new InvalidInput('The archive has no manifest.json: it is not from `docker save`.');
  return found;
}

function parseManifest(bytes: Buffer): Manifest {
  try {
    const parsed = Manifest.parse(JSON.parse(bytes.toString('utf8')));
    const [only] = parsed;
    if (only) return only;
  } catch (error) {
    throw new InvalidInput('The archive has no usable manifest.json with exactly one image.', { cause: error });
  }
  throw new InvalidInput('The archive holds no image.');
}

/**
 * The archive with one tag, ours, whatever the original says: only the configuration and the layers that the manifest
 * names are copied, so that no other list of tags (`repositories`, `index.json`) reaches the engine.
 */
export function retagged(
  archive: () => Promise<Readable>,
  manifest: Manifest,
  tag: string,
): { stream: Readable; done: Promise<void> } {
  const output = pack();
  const wanted = new Set([manifest.Config, ...manifest.Layers]);
  const copied = archive().then((source) => copyMembers(source, wanted, output));
  const done = copied.then(() => {
    output.entry({ name: 'manifest.json' }, JSON.stringify([{ ...manifest, RepoTags: [tag] }]));
    output.finalize();
  });
  done.catch((error: unknown) => {
    output.destroy(error as Error);
  });
  return { stream: Readable.from(output), done };
}

async function copyMembers(archive: Readable, wanted: Set<string>, output: Pack): Promise<void> {
  const reader = extract();
  const reading = pipeline(archive, reader);
  reading.catch(() => undefined);
  for await (const entry of reader) {
    const { name, type, size } = entry.header;
    if (!wanted.delete(name)) {
      entry.resume();
      continue;
    }
    if (type !== 'file') throw new InvalidInput('The archive has a layer that is not a file.');
    await pipeline(entry, output.entry({ name, size }));
  }
  await reading;
  if (wanted.size > 0) throw new InvalidInput('The archive lacks a layer that its manifest names.');
}
