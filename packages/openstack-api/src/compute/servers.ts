import { z } from 'zod';
import { OpenStackId, Uuid } from '../ids.js';
import { Hostname, Links, LooseBoolean, LooseCount, Metadata, Name, Tag, UserData } from './values.js';

export const DiskConfig = z.enum(['AUTO', 'MANUAL']);
const Description = z.string().max(255).nullable();

const NetworkRequest = z
  .strictObject({
    uuid: OpenStackId.optional(),
    port: OpenStackId.optional(),
    fixed_ip: z.string().max(45).optional(),
    tag: Tag.optional(),
  })
  .meta({ id: 'NetworkRequest' });

/** The one block device that a container has: its image, as clients spell it out. */
const BlockDevice = z
  .strictObject({
    source_type: z.enum(['image', 'volume', 'snapshot', 'blank']),
    destination_type: z.enum(['local', 'volume']).optional(),
    uuid: Uuid.optional(),
    boot_index: z.union([z.int(), z.string().regex(/^-?[0-9]+$/)]).nullish(),
    delete_on_termination: LooseBoolean.optional(),
    volume_size: z.union([z.int(), z.string().regex(/^[0-9]+$/)]).nullish(),
    device_name: z.string().max(255).nullish(),
    device_type: z.string().max(255).nullish(),
    disk_bus: z.string().max(255).nullish(),
    guest_format: z.string().max(255).nullish(),
    no_device: z.unknown().optional(),
    tag: Tag.optional(),
    volume_type: z.string().max(255).nullish(),
  })
  .meta({ id: 'BlockDevice' });

const Base = {
  name: Name,
  imageRef: z.union([z.literal(''), z.string().max(2048)]).optional(),
  flavorRef: z.union([z.string().min(1).max(2048), z.int().nonnegative().transform(String)]),
  adminPass: z.string().max(255).optional(),
  metadata: Metadata.optional(),
  'OS-DCF:diskConfig': DiskConfig.optional(),
  accessIPv4: z.union([z.literal(''), z.ipv4()]).optional(),
  accessIPv6: z.union([z.literal(''), z.ipv6()]).optional(),
  availability_zone: z.string().max(255).optional(),
  block_device_mapping: z.array(z.unknown()).max(0, 'booting from a volume is not supported').optional(),
  block_device_mapping_v2: z.array(BlockDevice).max(16).optional(),
  config_drive: z.union([z.literal(''), LooseBoolean]).nullish(),
  key_name: Name.nullish(),
  min_count: LooseCount.optional(),
  max_count: LooseCount.optional(),
  return_reservation_id: LooseBoolean.optional(),
  security_groups: z
    .array(z.strictObject({ name: z.string().max(255) }))
    .max(64)
    .optional(),
  user_data: UserData.nullish(),
};

const Hints = z
  .record(z.string().min(1).max(64), z.union([z.string().max(255), z.array(z.string().max(255)).max(16)]))
  .optional();

const NetworksTo236 = z.array(NetworkRequest).max(16).nullish();
const NetworksFrom237 = z.union([z.array(NetworkRequest).max(16), z.enum(['none', 'auto'])]);

function createServerFor(minor: number) {
  return z.strictObject({
    ...Base,
    networks: minor >= 37 ? NetworksFrom237 : NetworksTo236,
    ...(minor < 57 ? { personality: z.array(z.unknown()).max(0, 'file injection is not supported').optional() } : {}),
    ...(minor >= 19 ? { description: Description.optional() } : {}),
    ...(minor >= 52 ? { tags: z.array(Tag).max(50).optional() } : {}),
    ...(minor >= 63 ? { trusted_image_certificates: z.array(z.string()).max(0).nullish() } : {}),
    ...(minor >= 90 ? { hostname: Hostname.optional() } : {}),
  });
}

/** What `POST /servers` may hold, over all microversions. */
export interface CreateServer {
  name: string;
  imageRef?: string;
  flavorRef: string;
  metadata?: Record<string, string>;
  availability_zone?: string;
  key_name?: string | null;
  min_count?: number;
  max_count?: number;
  user_data?: string | null;
  networks?: z.infer<typeof NetworksFrom237> | null;
  block_device_mapping_v2?: z.infer<typeof BlockDevice>[];
  security_groups?: { name: string }[];
  'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
  config_drive?: '' | boolean | null;
  adminPass?: string;
  accessIPv4?: string;
  accessIPv6?: string;
  description?: string | null;
  tags?: string[];
  hostname?: string;
  return_reservation_id?: boolean;
}

export interface CreateServerBody {
  server: CreateServer;
  hints: Record<string, string | string[]>;
}

const creates = new Map<number, z.ZodType<CreateServerBody>>();
/** Minor versions at which the bodies of create and update changed. */
export const SERVER_BODY_STEPS = [1, 19, 37, 52, 57, 63, 90];

/** Body of `POST /servers` at microversion 2.`minor`; unknown keys are refused, scheduler hints come under one name. */
export function createServerBody(minor: number): z.ZodType<CreateServerBody> {
  const step = SERVER_BODY_STEPS.findLast((from) => from <= minor) ?? 1;
  let schema = creates.get(step);
  if (!schema) {
    schema = z
      .strictObject({
        server: createServerFor(step),
        'os:scheduler_hints': Hints,
        'OS-SCH-HNT:scheduler_hints': Hints,
      })
      .transform((body) => ({
        server: body.server as CreateServer,
        hints: body['os:scheduler_hints'] ?? body['OS-SCH-HNT:scheduler_hints'] ?? {},
      }));
    creates.set(step, schema);
  }
  return schema;
}

const UpdateBase = {
  name: Name.optional(),
  'OS-DCF:diskConfig': DiskConfig.optional(),
  accessIPv4: Base.accessIPv4,
  accessIPv6: Base.accessIPv6,
};

export interface UpdateServerBody {
  server: {
    name?: string;
    'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
    accessIPv4?: string;
    accessIPv6?: string;
    description?: string | null;
    hostname?: string;
  };
}

/** Body of `PUT /servers/{id}`. */
export function updateServerBody(minor: number): z.ZodType<UpdateServerBody> {
  const server = z
    .strictObject({
      ...UpdateBase,
      ...(minor >= 19 ? { description: Description.optional() } : {}),
      ...(minor >= 90 ? { hostname: Hostname.optional() } : {}),
    })
    .refine((fields) => Object.keys(fields).length > 0, 'must change something');
  return z.strictObject({ server: server as z.ZodType<UpdateServerBody['server']> });
}

/** The actions of `POST /servers/{id}/action` that a container has. Exactly one key. */
export const ServerAction = z.union([
  z.strictObject({ 'os-start': z.null() }),
  z.strictObject({ 'os-stop': z.null() }),
  z.strictObject({
    reboot: z.strictObject({
      type: z
        .string()
        .transform((type) => type.toUpperCase())
        .pipe(z.enum(['SOFT', 'HARD'])),
    }),
  }),
  z.strictObject({
    'os-getConsoleOutput': z.strictObject({
      length: z
        .union([
          z.int().min(-1),
          z
            .string()
            .regex(/^-?[0-9]+$/)
            .transform(Number),
        ])
        .nullish(),
    }),
  }),
]);
export type ServerAction = z.infer<typeof ServerAction>;

export const SERVER_STATUSES = [
  'ACTIVE',
  'BUILD',
  'DELETED',
  'ERROR',
  'HARD_REBOOT',
  'PAUSED',
  'REBOOT',
  'SHUTOFF',
  'UNKNOWN',
] as const;
export const ServerStatus = z.enum(SERVER_STATUSES);
export type ServerStatus = z.infer<typeof ServerStatus>;

export const Address = z
  .strictObject({
    addr: z.string(),
    version: z.union([z.literal(4), z.literal(6)]),
    'OS-EXT-IPS:type': z.enum(['fixed', 'floating']),
    'OS-EXT-IPS-MAC:mac_addr': z.string(),
  })
  .meta({ id: 'ServerAddress' });

const EmbeddedFlavor = z.strictObject({
  original_name: z.string(),
  vcpus: z.int(),
  ram: z.int(),
  disk: z.int(),
  ephemeral: z.int(),
  swap: z.int(),
  extra_specs: z.record(z.string(), z.string()).optional(),
});

/** A server as `GET /servers/{id}` and `/servers/detail` show it, over all microversions; extra keys are refused. */
export const ServerDetail = z
  .strictObject({
    id: Uuid,
    name: z.string().max(255),
    status: ServerStatus,
    tenant_id: OpenStackId,
    user_id: OpenStackId,
    metadata: z.record(z.string(), z.string()),
    hostId: z.string().max(64),
    image: z.union([z.literal(''), z.strictObject({ id: Uuid, links: Links })]),
    flavor: z.union([z.strictObject({ id: OpenStackId, links: Links }), EmbeddedFlavor]),
    created: z.string(),
    updated: z.string(),
    addresses: z.record(z.string().max(255), z.array(Address)),
    accessIPv4: z.string(),
    accessIPv6: z.string(),
    links: Links,
    progress: z.int().optional(),
    fault: z
      .strictObject({ code: z.int(), created: z.string(), message: z.string(), details: z.string().optional() })
      .optional(),
    key_name: z.string().nullable(),
    config_drive: z.string(),
    security_groups: z.array(z.strictObject({ name: z.string() })).optional(),
    'OS-DCF:diskConfig': DiskConfig,
    'OS-EXT-AZ:availability_zone': z.string(),
    'OS-EXT-STS:task_state': z.string().nullable(),
    'OS-EXT-STS:vm_state': z.string(),
    'OS-EXT-STS:power_state': z.int(),
    'OS-SRV-USG:launched_at': z.string().nullable(),
    'OS-SRV-USG:terminated_at': z.string().nullable(),
    'os-extended-volumes:volumes_attached': z.array(
      z.strictObject({ id: OpenStackId, delete_on_termination: z.boolean().optional() }),
    ),
    locked: z.boolean().optional(),
    locked_reason: z.string().nullable().optional(),
    description: z.string().nullable().optional(),
    tags: z.array(z.string()).optional(),
    trusted_image_certificates: z.array(z.string()).nullable().optional(),
    server_groups: z.array(z.string()).optional(),
    'OS-EXT-SRV-ATTR:hostname': z.string().optional(),
  })
  .meta({ id: 'Server' });
export type ServerDetail = z.infer<typeof ServerDetail>;

const MANY = z.coerce.number().int().nonnegative();

/** Query of the two server lists. Unknown filters are ignored for a tenant, as Nova does. */
export const ServerListQuery = z.object({
  limit: MANY.optional(),
  marker: z.string().max(64).optional(),
  sort_key: z.union([z.string(), z.array(z.string())]).optional(),
  sort_dir: z.union([z.string(), z.array(z.string())]).optional(),
  name: z.string().max(255).optional(),
  status: z.union([z.string(), z.array(z.string())]).optional(),
  image: z.string().max(2048).optional(),
  flavor: z.string().max(255).optional(),
  uuid: z.string().max(64).optional(),
  ip: z.string().max(64).optional(),
  key_name: z.string().max(255).optional(),
  availability_zone: z.string().max(255).optional(),
  all_tenants: z.string().optional(),
  'changes-since': z.string().max(64).optional(),
  deleted: z.string().optional(),
  tags: z.string().optional(),
});
export type ServerListQuery = z.infer<typeof ServerListQuery>;

export const MetadataBody = z.strictObject({ metadata: Metadata });
export const MetadataItemBody = z.strictObject({
  meta: Metadata.refine((meta) => Object.keys(meta).length === 1, 'must hold exactly one item'),
});
