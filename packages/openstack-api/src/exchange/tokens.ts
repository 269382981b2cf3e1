import { z } from 'zod';
import { LandlordId, OpenStackId, PositiveMicroCredits, Thumbprint, Uuid } from '../ids.js';

/** Audience of a tenant's exchange token: identity and broker, nobody else. */
export const EXCHANGE_AUDIENCE = 'ocx:exchange';
/** Audience of a lease grant: only identity accepts it, in a token exchange. */
export const LEASE_GRANT_AUDIENCE = 'ocx:lease-grant';
/** A landlord token lives at most this long, in seconds. */
export const LANDLORD_TOKEN_MAX_SECONDS = 300;
/** A DPoP proof is accepted this many seconds around its `iat`. */
export const DPOP_WINDOW_SECONDS = 30;

export const TOKEN_EXCHANGE_GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const CLIENT_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';
export const LEASE_GRANT_TYPE = 'urn:ocx:params:oauth:token-type:lease-grant';
export const ATTACHMENT_GRANT_TYPE = 'urn:ocx:params:oauth:token-type:attachment-grant';

export const LandlordAction = z.enum([
  'read',
  'write',
  'create',
  'image',
  'claim',
  'end',
  'detach',
  'settle',
  'heal',
  'feed',
  'attach',
]);
export type LandlordAction = z.infer<typeof LandlordAction>;

export const AttachmentMode = z.enum(['rw', 'ro']);
export type AttachmentMode = z.infer<typeof AttachmentMode>;

export const AttachmentAccess = z.strictObject({
  id: Uuid,
  volume_id: Uuid,
  server_id: Uuid,
  mode: AttachmentMode,
  connector: z.strictObject({ landlord_id: LandlordId, jkt: Thumbprint }),
});
export type AttachmentAccess = z.infer<typeof AttachmentAccess>;

/** RFC 9396 authorization detail of a landlord token: what may be done, under which lease, to which one thing. */
export const LandlordAccess = z.strictObject({
  type: z.literal('ocx:landlord'),
  actions: z.array(LandlordAction).min(1).max(11),
  lease_id: Uuid.optional(),
  image: z
    .strictObject({ id: Uuid, sha512: z.string().regex(/^[0-9a-f]{128}$/), size: z.int().nonnegative() })
    .optional(),
  attachment: AttachmentAccess.optional(),
});
export type LandlordAccess = z.infer<typeof LandlordAccess>;

/** What a lease grant gives leave to: the broker's work on one lease without its tenant present. */
export const LeaseAction = z.enum(['end', 'detach', 'settle', 'heal']);
export type LeaseAction = z.infer<typeof LeaseAction>;

/** RFC 9396 authorization detail that asks for a lease grant beside the landlord token of the same lease. */
export const LeaseGrantDetail = z.strictObject({
  type: z.literal('ocx:lease-grant'),
  actions: z.array(LeaseAction).min(1).max(4),
  lease_id: Uuid,
});
export type LeaseGrantDetail = z.infer<typeof LeaseGrantDetail>;

/** So many delegations with a budget may follow from one another. */
export const MAX_BUDGETS = 16;

/** What a trust or an application credential, named by `id`, may spend altogether: micro-credits. */
export const Budget = z.strictObject({ id: OpenStackId, limit: PositiveMicroCredits }).meta({ id: 'Budget' });
export type Budget = z.infer<typeof Budget>;

const Named = z.object({ id: OpenStackId, name: z.string() });
const InDomain = Named.extend({ domain: Named });

/** Claims of a tenant's exchange token. Unknown claims are ignored. */
export const ExchangeTokenClaims = z.object({
  iss: z.string(),
  aud: z.union([z.literal(EXCHANGE_AUDIENCE), z.tuple([z.literal(EXCHANGE_AUDIENCE)])]),
  sub: OpenStackId,
  iat: z.int(),
  exp: z.int(),
  jti: z.string(),
  audit_ids: z.array(z.string()).min(1),
  methods: z.array(z.string()),
  user: InDomain,
  project: InDomain.optional(),
  domain: Named.optional(),
  system: z.object({ all: z.literal(true) }).optional(),
  /** Set when the project is the operator's own: `admin` there is the operator of the exchange. */
  is_admin_project: z.boolean().optional(),
  roles: z.array(Named).default([]),
  application_credential: z
    .object({
      id: OpenStackId,
      access_rules: z
        .array(z.object({ id: z.string(), service: z.string(), path: z.string(), method: z.string() }))
        .optional(),
    })
    .optional(),
  /** What a trust's token acts under; `sub` is the trustor when it impersonates, the trustee otherwise. */
  trust: z
    .object({
      id: OpenStackId,
      impersonation: z.boolean(),
      trustor_user_id: OpenStackId,
      trustee_user_id: OpenStackId,
    })
    .optional(),
  /** Those of every delegation that it follows from, the first one first; what is ordered with it counts in each. */
  budgets: z.array(Budget).min(1).max(MAX_BUDGETS).optional(),
  /** The OAuth 1.0a access token that it was made with. */
  oauth: z.object({ access_token_id: OpenStackId, consumer_id: OpenStackId }).optional(),
});
export type ExchangeTokenClaims = z.infer<typeof ExchangeTokenClaims>;

/** Claims of a landlord token; also of an attachment grant, which is one with the action `attach` and a longer life. */
export const LandlordTokenClaims = z.object({
  iss: z.string(),
  aud: LandlordId,
  sub: z.string().max(64),
  client_id: z.string().max(64),
  act: z.object({ sub: z.string().max(64) }),
  cnf: z.object({ jkt: Thumbprint }),
  jti: z.string(),
  iat: z.int(),
  exp: z.int(),
  project_id: OpenStackId.optional(),
  project_domain_id: OpenStackId.optional(),
  user_domain_id: OpenStackId.optional(),
  roles: z.array(z.string()).default([]),
  authorization_details: z.tuple([LandlordAccess]),
});
export type LandlordTokenClaims = z.infer<typeof LandlordTokenClaims>;

/** Claims of a lease grant: the broker's leave to end, detach, settle or heal one lease without its tenant present. */
export const LeaseGrantClaims = z.object({
  iss: z.string(),
  aud: z.literal(LEASE_GRANT_AUDIENCE),
  sub: z.string(),
  client_id: z.string(),
  cnf: z.object({ jkt: Thumbprint }),
  jti: z.string(),
  iat: z.int(),
  exp: z.int(),
  project_id: OpenStackId,
  project_domain_id: OpenStackId.optional(),
  user_domain_id: OpenStackId.optional(),
  lease_id: Uuid,
  landlord_id: LandlordId,
  actions: z.array(LeaseAction).min(1),
});
export type LeaseGrantClaims = z.infer<typeof LeaseGrantClaims>;
