import { z } from 'zod';

const FIRST_PORT = 10_809;
const LAST_PORT = 10_999;

/** Settings of block storage, for the storage service's configuration to extend itself with. */
export const BlockStorageSettings = z.object({
  /** Address exports listen on, and the host that connectors are told. */
  OCX_EXPORT_HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:-]{1,253}$/, 'must be a host name or an address')
    .default('127.0.0.1'),
  /** Address exports bind to where it differs from what connectors are told: `0.0.0.0` in a container. */
  OCX_EXPORT_LISTEN_HOST: z
    .string()
    .regex(/^[0-9A-Fa-f.:]{2,45}$/, 'must be an address')
    .optional(),
  /** Ports for exports, `first-last`; one per attachment. */
  OCX_EXPORT_PORTS: z
    .string()
    .regex(/^\d{1,5}-\d{1,5}$/, 'must be first-last')
    .default(`${FIRST_PORT}-${LAST_PORT}`)
    .transform((text) => {
      const [first = 0, last = 0] = text.split('-').map(Number);
      return { first, last };
    })
    .refine(({ first, last }) => first >= 1 && first <= last && last <= 65_535, 'must be first-last, within 1-65535'),
  /** Volumes and GiB of each project of the landlord's own users. -1 is unlimited. */
  OCX_QUOTA_VOLUMES: z.coerce.number().int().min(-1).max(1_000_000).default(10),
  OCX_QUOTA_GIGABYTES: z.coerce.number().int().min(-1).max(1_000_000_000).default(1000),
});
export type BlockStorageSettings = z.infer<typeof BlockStorageSettings>;

/** Injection token for what block storage needs of the service's configuration. */
export abstract class BlockStorageConfig {
  abstract readonly OCX_DATA_DIR: string;
  abstract readonly OCX_PUBLIC_URL: string;
}
