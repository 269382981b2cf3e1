import { LandlordConfig } from '@ocx/landlord-kit/landlord.config';
import { AddressPolicy } from '@ocx/openstack-client/address-policy';
import { z } from 'zod';
import { VolumeConnectorConfig } from './volume-attachments/connector/volume-connector.config.js';

const CIDR = /^(?:\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/;
const Flag = z.enum(['0', '1']).transform((value) => value === '1');
const GIB = 1024 ** 3;

const AddressRules = z
  .string()
  .default('')
  .transform((list) => list.split(',').flatMap((rule) => rule.trim() || []))
  .refine(isPolicy, 'must be a comma list of host:port, host:first-last or CIDR');

function isPolicy(rules: readonly string[]): boolean {
  try {
    return Boolean(new AddressPolicy(rules));
  } catch {
    return false;
  }
}

/** Settings of the compute landlord. Each is an environment variable of the same name. */
export const ComputeSettings = LandlordConfig.extend({
  ...VolumeConnectorConfig.shape,
  /** Socket path (`unix:///…`) or TCP address (`tcp://host:port`) of the container engine. */
  DOCKER_HOST: z
    .string()
    .regex(/^(?:unix:\/\/\/|tcp:\/\/)/)
    .default('unix:///var/run/docker.sock'),
  /** Subnets of the tenants' networks come from here. Two landlords at one engine need two pools. */
  OCX_NETWORK_POOL: z.string().regex(CIDR).default('10.201.0.0/16'),
  /** Prefix length of one tenant network. */
  OCX_NETWORK_PREFIX: z.coerce.number().int().min(16).max(29).default(26),
  /** 1: stopping the service stops its servers too; its next start brings ACTIVE ones back. */
  OCX_STOP_SERVERS_ON_EXIT: Flag.default(false),
  /** What this landlord's containers, networks and images are labelled and named with at the engine. */
  OCX_ENGINE_LABEL: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/)
    .optional(),
  /**
   * Loopback, private and other special addresses at which storage landlords may be called and their exports connected
   * to: comma list of `host:port`, `host:first-last` or CIDR. Public ones need no entry.
   */
  OCX_ALLOWED_STORAGE_ADDRESSES: AddressRules,
  /** Servers built at once. */
  OCX_BUILD_CONCURRENCY: z.coerce.number().int().min(1).max(32).default(8),
  /** Bytes of one uploaded image, and of what it unpacks to. */
  OCX_IMAGE_MAX_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(4 * GIB),
  OCX_IMAGE_MAX_UNPACKED_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(16 * GIB),
  /** Per project, for this landlord's own users; -1 is no limit. */
  OCX_QUOTA_INSTANCES: z.coerce.number().int().min(-1).default(10),
  OCX_QUOTA_CORES: z.coerce.number().int().min(-1).default(20),
  /** MiB */
  OCX_QUOTA_RAM: z.coerce.number().int().min(-1).default(51200),
  /** Per user. */
  OCX_QUOTA_KEY_PAIRS: z.coerce.number().int().min(-1).default(100),
  /** Seconds between two passes that converge rows with the engine. */
  OCX_RECONCILE_SECONDS: z.coerce.number().int().min(1).max(3600).default(15),
});
export type ComputeSettings = z.infer<typeof ComputeSettings>;

/** Where on the engine's host volumes are connected and mounted. */
export function volumesRootOf(settings: ComputeSettings): string {
  return settings.OCX_VOLUMES_DIR ?? settings.OCX_DATA_DIR;
}

/** Injection token of the settings. */
export const COMPUTE_SETTINGS = Symbol('COMPUTE_SETTINGS');
