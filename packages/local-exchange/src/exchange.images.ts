import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { buildDemonstrationImage } from './image/demonstration-image.js';
import { PACKAGE_DIRECTORY } from './layout.js';
import type { StateDirectory } from './supervisor/state-directory.js';

/** The name of the demonstration image in the exchange's image service. */
export const IMAGE_NAME = 'demonstration';

/** Where an exchange keeps its demonstration image, and builds it. */
export const imageFileOf = (state: StateDirectory): string => state.at('cache', 'demonstration.tar');

export async function buildImage(state: StateDirectory): Promise<void> {
  const file = imageFileOf(state);
  await mkdir(path.dirname(file), { recursive: true });
  await buildDemonstrationImage(PACKAGE_DIRECTORY, file);
}
