import { z } from 'zod';

/** Settings of volume attachment, for the compute service's configuration to extend itself with. */
export const VolumeConnectorConfig = z.object({
  /**
   * `mount`: ext4 file systems are mounted by this host's kernel, after a check in a sandbox. `file`: servers get the
   * volume as one file, for a host that does not trust the storage landlords with its kernel.
   */
  OCX_VOLUME_ATTACH_MODE: z.enum(['mount', 'file']).default('mount'),
  /**
   * Image of the privileged helper container that mounts on the engine's host; for a compute service that is not root
   * there, or runs in a container itself. OCX_VOLUMES_DIR is then a path on the engine's host, and nothing of it is to
   * be bound into the service's own container: a copy of a mount there would keep its volume busy.
   */
  OCX_MOUNT_HELPER: z.string().max(255).optional(),
  /** Network of the helper: what it reaches the storage landlords' exports over. */
  OCX_MOUNT_HELPER_NETWORK: z.string().max(128).default('host'),
  /** Absolute path on the engine's host below which volumes are connected and mounted; OCX_DATA_DIR by default. */
  OCX_VOLUMES_DIR: z.string().startsWith('/').optional(),
});
export type VolumeConnectorConfig = z.infer<typeof VolumeConnectorConfig>;

/** Below it each server has a directory of its id. */
export const serversDirectoryOf = (volumesRoot: string): string => `${volumesRoot}/servers`;
