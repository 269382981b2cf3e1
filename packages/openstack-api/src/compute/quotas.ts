import { z } from 'zod';
import { OpenStackId } from '../ids.js';

/** Whose limits: the token's project, unless the operator names another. */
export const LimitsQuery = z.object({ tenant_id: OpenStackId.optional() });

const RESOURCES = [
  'instances',
  'cores',
  'ram',
  'key_pairs',
  'metadata_items',
  'server_groups',
  'server_group_members',
] as const;
/** Shown until 2.36 or 2.57, for things that are not here. */
const OLD_RESOURCES = [
  'injected_files',
  'injected_file_content_bytes',
  'injected_file_path_bytes',
  'fixed_ips',
  'floating_ips',
  'security_groups',
  'security_group_rules',
  'networks',
] as const;

function quotasOf<T extends z.ZodType>(value: T) {
  const [now, before] = [value, value.optional()];
  return {
    ...(Object.fromEntries(RESOURCES.map((name) => [name, now])) as Record<(typeof RESOURCES)[number], T>),
    ...(Object.fromEntries(OLD_RESOURCES.map((name) => [name, before])) as Record<
      (typeof OLD_RESOURCES)[number],
      z.ZodOptional<T>
    >),
  };
}

/** Limits, -1 for none. */
export const ComputeQuotas = z.strictObject(quotasOf(z.int())).meta({ id: 'ComputeQuotas' });
export type ComputeQuotas = z.infer<typeof ComputeQuotas>;

/** `GET /os-quota-sets/{project}`, `…/defaults`. */
export const ComputeQuotaSet = z.strictObject({ quota_set: ComputeQuotas.extend({ id: OpenStackId }) });

/** `GET /os-quota-sets/{project}/detail`. */
const QuotaUse = z.strictObject({ limit: z.int(), in_use: z.int(), reserved: z.int() });
export const ComputeQuotaDetail = z.strictObject({
  quota_set: z.strictObject({ id: OpenStackId, ...quotasOf(QuotaUse) }),
});
export type ComputeQuotaDetail = z.infer<typeof ComputeQuotaDetail>;
