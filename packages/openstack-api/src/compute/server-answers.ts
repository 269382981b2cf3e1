import { z } from 'zod';
import { OpenStackId, Uuid } from '../ids.js';
import { Address, createServerBody, DiskConfig, SERVER_BODY_STEPS, ServerDetail, updateServerBody } from './servers.js';
import { Link, Links, Tag } from './values.js';
import { VolumeAttachmentView } from './volume-attachments.js';

/** Bodies of `/servers` as they are documented: the form of each microversion that changed them. */
export const CreateServer = z.lazy(() => z.union(SERVER_BODY_STEPS.map(createServerBody))).meta({ id: 'CreateServer' });
export const UpdateServer = z.lazy(() => z.union([1, 19, 90].map(updateServerBody))).meta({ id: 'UpdateServer' });

/** A row of `GET /servers`. */
export const ServerSummary = z.strictObject({ id: Uuid, name: z.string(), links: Links }).meta({ id: 'ServerSummary' });

/** The answer of `POST /servers`. */
export const ServerCreated = z.strictObject({
  server: z.strictObject({
    id: Uuid,
    links: Links,
    adminPass: z.string().optional(),
    'OS-DCF:diskConfig': DiskConfig,
    security_groups: z.array(z.strictObject({ name: z.string() })),
  }),
});

/** `GET /servers/{id}`. */
export const ServerAnswer = z.strictObject({ server: ServerDetail });
const NextPage = z.array(Link).max(1).optional();
export const ServerList = z.strictObject({ servers: z.array(ServerSummary), servers_links: NextPage });
export const ServerDetailList = z.strictObject({ servers: z.array(ServerDetail), servers_links: NextPage });

/** Nova's form, from 2.69 on, for a server whose landlord is silent: what is known for certain. */
export const UnknownServer = z
  .strictObject({
    ...ServerDetail.pick({ id: true, tenant_id: true, created: true, links: true }).shape,
    status: z.literal('UNKNOWN'),
    ...ServerDetail.pick({
      user_id: true,
      flavor: true,
      image: true,
      server_groups: true,
      'OS-EXT-AZ:availability_zone': true,
      'OS-EXT-STS:power_state': true,
    }).partial().shape,
  })
  .meta({ id: 'UnknownServer' });
/** A server at the broker, whose landlord may be silent. */
export const ShownServer = z.union([ServerDetail, UnknownServer]);
export type ShownServer = z.infer<typeof ShownServer>;
export const ShownServerAnswer = z.strictObject({ server: ShownServer });
export const ShownServerList = z.strictObject({
  servers: z.array(z.union([ServerSummary, UnknownServer])),
  servers_links: NextPage,
});
export const ShownServerDetailList = z.strictObject({ servers: z.array(ShownServer), servers_links: NextPage });

/** `PUT /servers/{id}`: until 2.75 without the attributes of extensions. */
export const ServerUpdated = z.strictObject({ server: ServerDetail.partial() });

/** Where the new server is. */
export const ServerLocation = z.object({ Location: z.string().describe('URL of the server') });

/** What `os-getConsoleOutput` answers; the other actions answer nothing. */
export const ConsoleOutput = z.strictObject({ output: z.string() });

const InstanceAction = z.strictObject({
  action: z.string(),
  instance_uuid: Uuid,
  request_id: z.string(),
  user_id: OpenStackId,
  project_id: OpenStackId,
  start_time: z.string(),
  message: z.string().nullable(),
  updated_at: z.string().optional().describe('since 2.58'),
});
export type InstanceAction = z.infer<typeof InstanceAction>;
export const InstanceActionList = z.strictObject({ instanceActions: z.array(InstanceAction) });
export const InstanceActionAnswer = z.strictObject({
  instanceAction: InstanceAction.extend({ events: z.array(z.never()).describe('none are recorded') }),
});

/** Tags of a server: all of them are put at once. */
export const ServerTags = z.strictObject({ tags: z.array(Tag).max(50) });

/** Metadata as stored: what was put in has passed `MetadataBody`. */
const StoredMetadata = z.record(z.string().max(255), z.string().max(255));
export const MetadataAnswer = z.strictObject({ metadata: StoredMetadata });
export const MetadataItemAnswer = z.strictObject({ meta: StoredMetadata });

const Addresses = z.record(z.string().max(255), z.array(Address.partial().required({ addr: true, version: true })));
export const AddressesAnswer = z.strictObject({ addresses: Addresses });
/** `GET /servers/{id}/ips/{network}`. */
export const NetworkAddresses = Addresses;

export const InterfaceList = z.strictObject({
  interfaceAttachments: z.array(
    z.strictObject({
      port_id: Uuid,
      port_state: z.literal('ACTIVE'),
      mac_addr: z.string().nullable(),
      net_id: OpenStackId.nullable(),
      fixed_ips: z.array(z.strictObject({ ip_address: z.string(), subnet_id: OpenStackId.nullable() })),
    }),
  ),
});

/** The one group there is: the servers of a project reach one another and nobody else. */
export const ServerSecurityGroups = z.strictObject({
  security_groups: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      description: z.string(),
      tenant_id: OpenStackId,
      rules: z.array(z.never()),
    }),
  ),
});

export const VolumeAttachmentList = z.strictObject({ volumeAttachments: z.array(VolumeAttachmentView) });
export const VolumeAttachmentAnswer = z.strictObject({ volumeAttachment: VolumeAttachmentView });
