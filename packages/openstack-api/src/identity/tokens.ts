import { z } from 'zod';
import { Budget } from '../exchange/tokens.js';
import { OpenStackId } from '../ids.js';
import { Catalog } from './catalog.js';
import { CollectionLinks } from './collection.js';

const Named = z.strictObject({ id: OpenStackId, name: z.string() });
const InDomain = Named.extend({ domain: Named });
const UserId = z.strictObject({ id: OpenStackId });
const System = z.strictObject({ all: z.literal(true) });

/** `?nocatalog` leaves the catalog out, whatever its value. */
export const TokenQuery = z.object({ nocatalog: z.union([z.string(), z.array(z.string())]).optional() });

/** The token that is asked about; `X-Auth-Token` is the asker's. */
export const SubjectToken = z.object({ 'X-Subject-Token': z.string() });
export const IssuedToken = z.object({ 'X-Subject-Token': z.string(), Vary: z.string() });

/** What was proved so far, sent again with the methods that are missing. */
export const ReceiptHeader = z.object({ 'Openstack-Auth-Receipt': z.string().max(4096).optional() });

/** The answer to a login that is right and not enough: what was proved, and what each rule of the user wants. */
export const ReceiptAnswer = z
  .strictObject({
    receipt: z.strictObject({
      methods: z.array(z.string()),
      user: InDomain,
      issued_at: z.string(),
      expires_at: z.string(),
    }),
    required_auth_methods: z.array(z.array(z.string())),
  })
  .meta({ id: 'AuthReceipt' });
export type ReceiptAnswer = z.infer<typeof ReceiptAnswer>;

/** The body that goes with a token. */
export const Token = z
  .strictObject({
    methods: z.array(z.string()),
    user: InDomain.extend({
      password_expires_at: z.string().nullable(),
      'OS-FEDERATION': z
        .strictObject({
          groups: z.array(z.strictObject({ id: OpenStackId })),
          identity_provider: z.strictObject({ id: z.string() }),
          protocol: z.strictObject({ id: z.string() }),
        })
        .optional(),
    }),
    audit_ids: z.array(z.string()).describe('its own, then what it hangs on'),
    expires_at: z.string(),
    issued_at: z.string(),
    project: InDomain.optional(),
    is_domain: z.literal(false).optional(),
    domain: Named.optional(),
    system: System.optional(),
    is_admin_project: z.literal(true).optional(),
    roles: z.array(Named).optional(),
    catalog: Catalog.optional(),
    service_providers: z
      .array(z.strictObject({ id: OpenStackId, auth_url: z.string(), sp_url: z.string() }))
      .optional()
      .describe('other clouds that are enabled'),
    application_credential: z
      .strictObject({
        id: OpenStackId,
        name: z.string(),
        restricted: z.boolean(),
        access_rules: z
          .array(z.strictObject({ id: z.string(), service: z.string(), method: z.string(), path: z.string() }))
          .optional(),
      })
      .optional(),
    'OS-TRUST:trust': z
      .strictObject({ id: OpenStackId, impersonation: z.boolean(), trustor_user: UserId, trustee_user: UserId })
      .optional(),
    'OS-OCX:budgets': z.array(Budget).optional().describe('of every delegation that it follows from'),
    'OS-OAUTH1': z.strictObject({ access_token_id: OpenStackId, consumer_id: OpenStackId }).optional(),
  })
  .meta({ id: 'Token' });
export type Token = z.infer<typeof Token>;
export const TokenAnswer = z.strictObject({ token: Token });

/** `GET /auth/system`: whether the caller could have a token for the system. */
export const SystemScopes = z.strictObject({ system: z.array(System).max(1), links: CollectionLinks });
