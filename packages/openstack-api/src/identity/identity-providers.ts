import { OpenStackId } from '../ids.js';
import { z } from 'zod';
import { BooleanQuery, collection, pageQuery, SelfLink } from './collection.js';

const Ttl = z.int().min(0).max(525_600).nullish();
const RemoteIds = z
  .array(z.string().min(1).max(255))
  .max(100)
  .refine((ids) => new Set(ids).size === ids.length, { message: 'Each remote id is named once.' });
const changesSomething = (fields: object): boolean => Object.keys(fields).length > 0;

export const CreateIdentityProvider = z.object({
  identity_provider: z.strictObject({
    description: z.string().max(65_535).nullish(),
    domain_id: OpenStackId.nullish(),
    enabled: z.boolean().default(false),
    remote_ids: RemoteIds.nullish(),
    authorization_ttl: Ttl,
  }),
});
export const UpdateIdentityProvider = z.object({
  identity_provider: z
    .strictObject({
      description: z.string().max(65_535).nullish(),
      enabled: z.boolean().optional(),
      remote_ids: RemoteIds.nullish(),
      authorization_ttl: Ttl,
    })
    .refine(changesSomething, { message: 'Nothing is to be changed.' }),
});
export const IdentityProviderQuery = pageQuery('domain_id', 'enabled').extend({
  id: z.string().optional(),
  enabled: BooleanQuery,
});

const RemoteIdAttribute = z.string().min(1).max(64).nullish();

export const CreateProtocol = z.object({
  protocol: z.strictObject({ mapping_id: OpenStackId, remote_id_attribute: RemoteIdAttribute }),
});
export const UpdateProtocol = z.object({
  protocol: z
    .strictObject({ mapping_id: OpenStackId.optional(), remote_id_attribute: RemoteIdAttribute })
    .refine(changesSomething, { message: 'Nothing is to be changed.' }),
});
export const ProtocolQuery = pageQuery('mapping_id');

export const IdentityProvider = z
  .strictObject({
    id: OpenStackId,
    domain_id: OpenStackId,
    description: z.string().nullable(),
    enabled: z.boolean(),
    remote_ids: z.array(z.string()),
    authorization_ttl: z.int().nullable().describe('minutes'),
    links: SelfLink.extend({ protocols: z.string() }),
  })
  .meta({ id: 'IdentityProvider' });
export type IdentityProvider = z.infer<typeof IdentityProvider>;
export const IdentityProviderAnswer = z.strictObject({ identity_provider: IdentityProvider });
export const IdentityProviderList = collection('identity_providers', IdentityProvider);

/** A home organisation's SAML metadata, and what was read from it. */
export const SamlMetadataBody = { 'application/samlmetadata+xml': z.string().describe('SAML metadata') };
const ImportedProvider = IdentityProvider.extend({
  saml: z
    .strictObject({
      entity_id: z.string(),
      sso_url: z.string(),
      certificates: z.int().describe('how many'),
      valid_until: z.string().nullable(),
    })
    .nullable(),
});
export type ImportedProvider = z.infer<typeof ImportedProvider>;
export const MetadataImported = z.strictObject({ identity_provider: ImportedProvider });

/** Where a home organisation's metadata come from, and whose signature counts (PEM; several while that changes). */
const MetadataSourceFields = z.strictObject({
  url: z
    .url({ protocol: /^https$/ })
    .max(2048)
    .nullish(),
  signing_certificates: z.array(z.string().min(1).max(16_384)).min(1).max(8),
});
export const MetadataSourceBody = z.strictObject({ metadata_source: MetadataSourceFields });
export const MetadataSourceAnswer = z.strictObject({
  metadata_source: MetadataSourceFields.extend({ url: z.string().nullable() }),
});

export const Protocol = z
  .strictObject({
    id: OpenStackId,
    mapping_id: OpenStackId,
    remote_id_attribute: z.string().nullable(),
    links: SelfLink.extend({ identity_provider: z.string() }),
  })
  .meta({ id: 'Protocol' });
export type Protocol = z.infer<typeof Protocol>;
export const ProtocolAnswer = z.strictObject({ protocol: Protocol });
export const ProtocolList = collection('protocols', Protocol);
