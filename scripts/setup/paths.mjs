import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Everything an exchange writes is below this directory; `npm run clean` removes it. */
export const stateDirectory = path.join(root, '.ocx');

/** Unpacked Debian packages that are used without being installed. */
export const packageDirectory = path.join(stateDirectory, 'cache', 'packages');

/** Holds the name of the image that mounts volumes for a user who is not root. */
export const mountHelperFile = path.join(stateDirectory, 'cache', 'mount-helper');
