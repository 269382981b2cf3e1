/**
 * What services count, under the names that their quota APIs have for it, and the names of the resources in unified
 * limits: Nova's own; Cinder has none yet, so its quota names stand.
 */
export const COMPUTE_RESOURCES = {
  instances: 'servers',
  cores: 'class:VCPU',
  /** MiB */
  ram: 'class:MEMORY_MB',
  /** Of a user. As in Nova the registered limit is everybody's, and a project's own does not count. */
  key_pairs: 'server_key_pairs',
} as const;

export const VOLUME_RESOURCES = {
  volumes: 'volumes',
  /** GiB */
  gigabytes: 'gigabytes',
} as const;

/** What is counted, each with its limit; -1 is without limit. */
export type ComputeQuota = Readonly<Record<keyof typeof COMPUTE_RESOURCES, number>>;
export type VolumeQuota = Readonly<Record<keyof typeof VOLUME_RESOURCES, number>>;
