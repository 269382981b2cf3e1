import { VOLUME_TYPES, type VolumeType } from '@ocx/openstack-api/exchange/products';
import type { VolumeStatus } from '@ocx/openstack-api/block-storage/volumes';
import { InvalidInput } from '@ocx/service-kit/errors';
import type { Owner } from '../owner.js';

export type { VolumeStatus };

export interface Volume extends Owner {
  readonly id: string;
  readonly userId: string;
  readonly leaseId: string | null;
  readonly name: string | null;
  readonly description: string | null;
  /** GiB */
  readonly size: number;
  readonly volumeTypeId: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly status: VolumeStatus;
  readonly bootable: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date | null;
}

const DELETABLE: readonly VolumeStatus[] = ['available', 'error'];

/** Throws InvalidInput, as Cinder does, when the volume is in a state that must not be deleted. */
export function checkDeletable(volume: Volume): void {
  if (DELETABLE.includes(volume.status)) return;
  throw new InvalidInput(
    `Invalid volume: Volume status must be available or error and must not be attached. It is ${volume.status}.`,
  );
}

/** Throws InvalidInput when the volume cannot grow to that size now. */
export function checkExtendable(volume: Volume, gib: number): void {
  if (volume.status !== 'available') {
    throw new InvalidInput(
      `Invalid volume: Volume ${volume.id} status must be 'available' to extend, currently ${volume.status}. ` +
        'Detach it first: a connected server cannot see the new size.',
    );
  }
  if (gib <= volume.size) {
    throw new InvalidInput(
      `Invalid input received: New size for extend must be greater than current size. (current: ${volume.size}, extended: ${gib}).`,
    );
  }
}

export const DEFAULT_VOLUME_TYPE: VolumeType = VOLUME_TYPES[0] as VolumeType;

export const volumeTypeById = (id: string): VolumeType | undefined => VOLUME_TYPES.find((type) => type.id === id);

/** By name or id; the default type without either. Throws InvalidInput. */
export function chooseVolumeType(nameOrId: string | null | undefined): VolumeType {
  if (nameOrId === null || nameOrId === undefined) return DEFAULT_VOLUME_TYPE;
  const type = VOLUME_TYPES.find(({ id, name }) => id === nameOrId || name === nameOrId);
  if (!type) throw new InvalidInput(`Volume type with name ${nameOrId} could not be found.`);
  return type;
}
