import { readFile } from 'node:fs/promises';
import { MOUNT_HELPER_FILE } from '../layout.js';
import { connect } from './engine.js';
import { helperRootShell, ownRootShell, type RootShell } from './root-shell.js';
import { runsAsRoot } from './unprivileged.js';

/** How an exchange does what takes root on its machine: by itself, or through helper containers at the engine. */
export interface Privileges {
  /** Image of the helper containers; undefined where none is needed. */
  readonly mountHelper: string | undefined;
  readonly shell: RootShell;
}

/** The image that set-up made for a user who is not root. */
async function madeBySetup(): Promise<string> {
  const image = (await readFile(MOUNT_HELPER_FILE, 'utf8').catch(() => '')).trim();
  if (image !== '') return image;
  throw new Error(
    'Volumes need root, or an image for helper containers: `npm start` makes one, OCX_MOUNT_HELPER names another.',
  );
}

/**
 * `chosen` is an image for helper containers at the engine of `dockerHost`; without one root needs none, and any other
 * user has set-up's.
 */
export async function privilegesOf(dockerHost: string, chosen?: string): Promise<Privileges> {
  const mountHelper = chosen ?? (runsAsRoot ? undefined : await madeBySetup());
  const shell = mountHelper === undefined ? ownRootShell : helperRootShell(connect(dockerHost), mountHelper);
  return { mountHelper, shell };
}
