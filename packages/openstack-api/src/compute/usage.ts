import { z } from 'zod';
import { OpenStackId } from '../ids.js';

/** Query of `os-simple-tenant-usage`: times in UTC, the last 30 days unless told otherwise. */
export const UsageQuery = z.object({
  start: z.string().max(40).optional(),
  end: z.string().max(40).optional(),
  detailed: z.enum(['0', '1']).optional(),
});

export const ServerUsage = z.strictObject({
  instance_id: OpenStackId,
  name: z.string(),
  hours: z.number(),
  flavor: z.string(),
  vcpus: z.int(),
  memory_mb: z.int(),
  local_gb: z.int(),
  tenant_id: OpenStackId,
  started_at: z.string(),
  ended_at: z.string().nullable(),
  state: z.string(),
  uptime: z.int().describe('seconds'),
});
export type ServerUsage = z.infer<typeof ServerUsage>;

const TenantUsage = z
  .strictObject({
    tenant_id: OpenStackId,
    start: z.string(),
    stop: z.string(),
    total_hours: z.number(),
    total_vcpus_usage: z.number(),
    total_memory_mb_usage: z.number(),
    total_local_gb_usage: z.number(),
    server_usages: z.array(ServerUsage).optional().describe('of one project, or when detailed'),
  })
  .meta({ id: 'TenantUsage' });
export const TenantUsageAnswer = z.strictObject({ tenant_usage: TenantUsage });
export const TenantUsageList = z.strictObject({ tenant_usages: z.array(TenantUsage) });
