import { createHash } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone: this file is `packages/local-exchange/dist/layout.js` in it. */
export const CLONE = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

/** Debian packages that set-up unpacked; shared by every exchange of this clone. */
export const PACKAGE_DIRECTORY = path.join(CLONE, '.ocx', 'cache', 'packages');

/** Holds the name of the image that set-up made for helper containers, where it made one. */
export const MOUNT_HELPER_FILE = path.join(CLONE, '.ocx', 'cache', 'mount-helper');

/** Where `npm start` keeps its exchange. */
export const DEFAULT_DIRECTORY = path.join(CLONE, '.ocx');

export const COMPUTE_LANDLORDS = ['harvard', 'mit'] as const;
export const STORAGE_LANDLORDS = ['bluestone', 'granite'] as const;
export const LANDLORDS = [...COMPUTE_LANDLORDS, ...STORAGE_LANDLORDS] as const;

export type LandlordName = (typeof LANDLORDS)[number];
export type ServiceName = 'identity' | 'broker' | LandlordName;
export type ComputeLandlordName = (typeof COMPUTE_LANDLORDS)[number];

/** Marks what one exchange makes at a container engine that it may share: the same for the same directory, always. */
export function labelOf(directory: string): string {
  return createHash('sha256').update(path.resolve(directory)).digest('hex').slice(0, 6);
}
