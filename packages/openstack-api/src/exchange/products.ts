/**
 * The exchange's standard products. A landlord offers any of them under these ids, so that a flavor, a volume type or
 * a storage policy means the same at every landlord; price and SLA are the offer's.
 */
export interface Flavor {
  readonly id: string;
  readonly name: string;
  readonly vcpus: number;
  /** MiB */
  readonly ram: number;
  /** GiB, the size limit of the root file system where the engine can enforce one. */
  readonly disk: number;
}

export const FLAVORS: readonly Flavor[] = [
  { id: 'm1.tiny', name: 'm1.tiny', vcpus: 1, ram: 128, disk: 1 },
  { id: 'm1.small', name: 'm1.small', vcpus: 1, ram: 512, disk: 5 },
  { id: 'm1.medium', name: 'm1.medium', vcpus: 2, ram: 2048, disk: 20 },
];

export interface VolumeType {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

export const VOLUME_TYPES: readonly VolumeType[] = [
  {
    id: '6f0f2c0e-1f43-4f4c-9b8c-0c6f3d1b7a01',
    name: 'standard',
    description: 'Thin-provisioned block volume, one TLS-PSK export per attachment',
  },
];

export interface StoragePolicy {
  readonly name: string;
  readonly default: boolean;
}

export const STORAGE_POLICIES: readonly StoragePolicy[] = [{ name: 'standard', default: true }];
