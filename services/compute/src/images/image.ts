import type { ImageSettings } from '@ocx/openstack-api/image/images';
import { COMMAND_PROPERTY, ImageCommand } from '@ocx/openstack-api/image/images';
import { InvalidInput } from '@ocx/service-kit/errors';
import type { ArchiveKind } from '../hypervisor/hypervisor.js';
import type { Owner } from '../servers/server.js';

export type ImageState = 'queued' | 'saving' | 'importing' | 'active' | 'killed';

export interface Image extends Owner, ImageSettings {
  readonly id: string;
  status: ImageState;
  properties: Record<string, string>;
  /** Bytes as uploaded; null before. */
  size: number | null;
  /** Bytes of the unpacked file system. */
  virtualSize: number | null;
  md5: string | null;
  sha512: string | null;
  readonly createdAt: Date;
  updatedAt: Date;
}

/** How the image's bytes become a root file system. */
export const archiveKind = (image: Pick<Image, 'container_format'>): ArchiveKind =>
  image.container_format === 'docker' ? 'docker' : 'rootfs';

const INIT = ['/sbin/init'];

function parseCommand(text: string): string[] {
  try {
    return ImageCommand.parse(JSON.parse(text));
  } catch (error) {
    throw new InvalidInput(`${COMMAND_PROPERTY} must be a JSON array of strings.`, { cause: error });
  }
}

/** What runs as PID 1. A root file system says nothing of it, so it is the init; a docker image has its own. */
export function commandOf(image: Pick<Image, 'container_format' | 'properties'>): string[] | undefined {
  const property = image.properties[COMMAND_PROPERTY];
  if (property !== undefined) return parseCommand(property);
  return archiveKind(image) === 'docker' ? undefined : INIT;
}

/** Refuses what no server could boot from, before any bytes are sent. */
export function checkSettings(image: Pick<Image, 'container_format' | 'disk_format' | 'properties'>): void {
  const { container_format: container, disk_format: disk } = image;
  if (container !== null && container !== 'docker' && container !== 'bare') {
    throw new InvalidInput(`Container format ${container} is not supported: use docker or bare.`);
  }
  if (disk !== null && disk !== 'raw') throw new InvalidInput(`Disk format ${disk} is not supported: use raw.`);
  commandOf(image);
}
