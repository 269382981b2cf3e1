import { z } from 'zod';
import { BaseConfig } from '@ocx/service-kit/config';

const url = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''));

const quota = (standard: number) => z.coerce.number().int().min(-1).max(1_000_000_000).default(standard);

/** Environment of the broker, beside what every service reads. */
export const BrokerConfig = BaseConfig.extend({
  OCX_OBJECT_PORT: z.coerce.number().int().min(0).max(65_535).default(8781),
  /** Origin of object data: never the API's, so that a stored page cannot act on the API or the dashboard. */
  OCX_OBJECT_PUBLIC_URL: url,
  /** Where the broker reaches identity, without `/v3`. */
  OCX_IDENTITY_URL: url,
  /** Where tenants reach identity, when that differs; its issuer is this plus `/v3`. */
  OCX_IDENTITY_PUBLIC_URL: url.optional(),
  /** Needed on the first start only. */
  OCX_IDENTITY_ENROLMENT_CODE: z.string().min(8).max(256).optional(),
  /** Comma list of `host:port` or CIDR: loopback and private addresses that landlords may have. */
  OCX_ALLOWED_LANDLORD_ADDRESSES: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((rule) => rule.trim())
        .filter((rule) => rule !== ''),
    ),
  /** Micro-credits a project's wallet is issued on first use. */
  OCX_STARTING_CREDITS: z
    .string()
    .regex(/^(?:0|[1-9][0-9]{0,17})$/)
    .default('1000000000')
    .transform(BigInt),
  OCX_LANDLORD_DEADLINE_MS: z.coerce.number().int().min(50).max(60_000).default(2_000),
  /**
   * A project's limits over all landlords together, as they are registered at identity where they are not yet; -1 is
   * unlimited. From then on identity's unified limits are the quotas.
   */
  OCX_QUOTA_INSTANCES: quota(20),
  OCX_QUOTA_CORES: quota(40),
  /** MiB */
  OCX_QUOTA_RAM: quota(51_200),
  /** Of a user, not of a project. */
  OCX_QUOTA_KEY_PAIRS: quota(100),
  OCX_QUOTA_VOLUMES: quota(20),
  /** GiB of volumes */
  OCX_QUOTA_GIGABYTES: quota(1_000),
  /** GiB of the largest image. */
  OCX_MAX_IMAGE_GIB: z.coerce.number().int().min(1).max(1_024).default(64),
  /** How often usage is pulled and settled while nobody asks. */
  OCX_SETTLE_INTERVAL_MS: z.coerce.number().int().min(100).max(3_600_000).default(60_000),
});
export type BrokerConfig = z.infer<typeof BrokerConfig>;

/** Injection token of the broker's configuration. */
export const BROKER_CONFIG = Symbol('BROKER_CONFIG');

export function identityPublicUrl(config: BrokerConfig): string {
  return config.OCX_IDENTITY_PUBLIC_URL ?? config.OCX_IDENTITY_URL;
}

export function issuerOf(config: BrokerConfig): string {
  return `${identityPublicUrl(config)}/v3`;
}
