import { Uuid } from '@ocx/openstack-api/ids';
import type { CreateServer } from '@ocx/openstack-api/compute/servers';
import { InvalidInput } from '@ocx/service-kit/errors';

const MAX_METADATA_ITEMS = 128;

/** What the schema cannot say: combinations that no server here can have. */
export function checkCreate(request: CreateServer): void {
  if (Object.keys(request.metadata ?? {}).length > MAX_METADATA_ITEMS) {
    throw new InvalidInput(`Maximum number of metadata items exceeds ${MAX_METADATA_ITEMS}`);
  }
  const zone = request.availability_zone ?? '';
  if (zone.includes(':')) throw new InvalidInput('The requested availability zone may not name a host.');
  for (const device of request.block_device_mapping_v2 ?? []) {
    if (device.source_type !== 'image' || device.destination_type === 'volume') {
      throw new InvalidInput('Block Device Mapping is Invalid: servers boot from images only.');
    }
  }
}

/** The image, named by id, by the URL that ends in it, or as the boot device. */
export function imageOf(request: CreateServer): string {
  const device = request.block_device_mapping_v2?.find(({ uuid }) => uuid !== undefined);
  const reference = request.imageRef ? request.imageRef : (device?.uuid ?? '');
  const id = reference.split('/').at(-1) ?? '';
  if (!Uuid.safeParse(id).success) throw new InvalidInput('Invalid imageRef provided.');
  return id;
}

export const wantsNetwork = (request: CreateServer): boolean => request.networks !== 'none';
