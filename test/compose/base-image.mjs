import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { output, root } from './commands.mjs';

const FROM_REGISTRY = 'node:20-bookworm-slim';

const works = (command, args) =>
  output(command, args).then(
    () => true,
    () => false,
  );

/** A base that was made before is used again until its recipe or this Node changes. */
async function madeHere() {
  const script = path.join(root, 'docker', 'base-image.sh');
  const recipe = createHash('sha256').update(readFileSync(script)).update(process.version).digest('hex');
  const image = `ocx-base:${recipe.slice(0, 12)}`;
  if (!(await works('docker', ['image', 'inspect', image]))) await output(script, [image]);
  return image;
}

/** The image that the Dockerfiles start from: a registry's, or, where none answers, one made of Debian's packages. */
export async function baseImage() {
  if (await works('docker', ['image', 'inspect', FROM_REGISTRY])) return FROM_REGISTRY;
  return (await works('timeout', ['120', 'docker', 'pull', '--quiet', FROM_REGISTRY])) ? FROM_REGISTRY : madeHere();
}
