import { z } from 'zod';
import { OpenStackId } from '../ids.js';

/** What clients of Nova read of Neutron: nothing of it can be changed here. */

const Words = z.union([z.string().max(255), z.array(z.string().max(255)).max(100)]).optional();

/** A filter compares with the attribute of its name, whichever that is. */
export const NetworkFilters = z
  .object({
    id: Words,
    name: Words,
    status: Words,
    tenant_id: Words,
    project_id: Words,
    shared: Words,
    admin_state_up: Words,
    'router:external': Words,
    fields: Words.describe('read, and everything is shown'),
    limit: Words,
    marker: Words,
    sort_key: Words,
    sort_dir: Words,
  })
  .catchall(Words);
export type NetworkFilters = z.infer<typeof NetworkFilters>;

const None = z.array(z.never()).describe('there are none');

export const Network = z
  .strictObject({
    id: OpenStackId,
    name: z.string(),
    description: z.string(),
    status: z.enum(['ACTIVE', 'DOWN']),
    admin_state_up: z.literal(true),
    shared: z.literal(false),
    'router:external': z.literal(false),
    tenant_id: OpenStackId,
    project_id: OpenStackId,
    subnets: None,
    availability_zones: z.array(z.string()),
    availability_zone_hints: None,
    port_security_enabled: z.literal(true),
    tags: None,
  })
  .meta({ id: 'Network' });
export type Network = z.infer<typeof Network>;
export const NetworkAnswer = z.strictObject({ network: Network });
export const NetworkList = z.strictObject({ networks: z.array(Network) });

export const SecurityGroup = z
  .strictObject({
    id: OpenStackId,
    name: z.string(),
    description: z.string(),
    tenant_id: z.string(),
    project_id: z.string(),
    security_group_rules: None,
    stateful: z.literal(true),
    shared: z.literal(false),
    tags: None,
  })
  .meta({ id: 'SecurityGroup' });
export type SecurityGroup = z.infer<typeof SecurityGroup>;
export const SecurityGroupAnswer = z.strictObject({ security_group: SecurityGroup });
export const SecurityGroupList = z.strictObject({ security_groups: z.array(SecurityGroup) });

export const NetworkZones = z.strictObject({
  availability_zones: z.array(
    z.strictObject({ name: z.string(), resource: z.literal('network'), state: z.enum(['available', 'unavailable']) }),
  ),
});

export const NetworkExtensions = z.strictObject({ extensions: None });
export const SubnetList = z.strictObject({ subnets: None });
export const PortList = z.strictObject({ ports: None });
export const RouterList = z.strictObject({ routers: None });
export const FloatingIpList = z.strictObject({ floatingips: None });

const NETWORK_RESOURCES = [
  'network',
  'subnet',
  'subnetpool',
  'port',
  'router',
  'floatingip',
  'rbac_policy',
  'security_group',
  'security_group_rule',
] as const;
const quotasOf = <T extends z.ZodType>(value: T) =>
  z.strictObject(
    Object.fromEntries(NETWORK_RESOURCES.map((name) => [name, value])) as Record<(typeof NETWORK_RESOURCES)[number], T>,
  );

/** `GET /v2.0/quotas/{project}`, `…/default`: -1 is without limit. */
export const NetworkQuotas = quotasOf(z.int()).meta({ id: 'NetworkQuotas' });
export type NetworkQuotas = z.infer<typeof NetworkQuotas>;
export const NetworkQuota = z.strictObject({ quota: NetworkQuotas });

/** `GET /v2.0/quotas/{project}/details` */
export const NetworkQuotaDetails = z.strictObject({
  quota: quotasOf(z.strictObject({ limit: z.int(), used: z.int(), reserved: z.int() })),
});
export type NetworkQuotaDetails = z.infer<typeof NetworkQuotaDetails>;

const Link = z.strictObject({ rel: z.string(), href: z.string() });
export const NetworkVersions = z.strictObject({
  versions: z.array(z.strictObject({ id: z.string(), status: z.literal('CURRENT'), links: z.array(Link) })),
});
export const NetworkResources = z.strictObject({ resources: None });
