import { z } from 'zod';
import { OpenStackId, Uuid } from '../ids.js';
import {
  Address,
  createServerBody,
  SERVER_BODY_STEPS,
  ServerDetail,
  ServerSummary,
  updateServerBody,
} from './servers.js';
import { Link } from './values.js';
import { VolumeAttachmentView } from './volume-attachments.js';

/** Bodies of `/servers` as they are documented: the form of each microversion that changed them. */
export const CreateServer = z.lazy(() => z.union(SERVER_BODY_STEPS.map(createServerBody)));
export const UpdateServer = z.lazy(() => z.union([1, 19, 90].map(updateServerBody)));

/** `GET /servers/{id}`. */
export const ServerAnswer = z.strictObject({ server: ServerDetail });
const NextPage = z.array(Link).max(1).optional();
export const ServerList = z.strictObject({ servers: z.array(ServerSummary), servers_links: NextPage });
export const ServerDetailList = z.strictObject({ servers: z.array(ServerDetail), servers_links: NextPage });

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

/** Metadata as stored: what was put in has passed `MetadataBody`. */
const StoredMetadata = z.record(z.string(), z.string());
export const MetadataAnswer = z.strictObject({ metadata: StoredMetadata });
export const MetadataItemAnswer = z.strictObject({ meta: StoredMetadata });

const ShortAddress = Address.pick({ addr: true, version: true });
export const AddressesAnswer = z.strictObject({ addresses: z.record(z.string(), z.array(ShortAddress)) });

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
