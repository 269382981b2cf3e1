import { OpenStackId } from '@ocx/openstack-api/ids';
import { z } from 'zod';
import { BooleanQuery } from '../../wire/collection.js';

const Ttl = z.int().min(0).max(525_600).nullish();
const RemoteIds = z.array(z.string().min(1).max(255)).max(100);

export const CreateIdentityProvider = z.object({
  identity_provider: z.object({
    description: z.string().max(65_535).nullish(),
    domain_id: OpenStackId.nullish(),
    enabled: z.boolean().default(false),
    remote_ids: RemoteIds.nullish(),
    authorization_ttl: Ttl,
  }),
});
export const UpdateIdentityProvider = z.object({
  identity_provider: z.strictObject({
    description: z.string().max(65_535).nullish(),
    enabled: z.boolean().optional(),
    remote_ids: RemoteIds.nullish(),
    authorization_ttl: Ttl,
  }),
});
export const IdentityProviderQuery = z.object({ id: z.string().optional(), enabled: BooleanQuery });

export const WriteProtocol = z.object({
  protocol: z.object({
    mapping_id: OpenStackId,
    remote_id_attribute: z.string().min(1).max(64).nullish(),
  }),
});
