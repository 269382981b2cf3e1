import { z } from 'zod';
import { LandlordAccess } from '../exchange/tokens.js';
import { PublicJwk } from '../exchange/documents.js';

/** RFC 7517: the keys with which anybody verifies identity's tokens. */
export const JsonWebKeySet = z.strictObject({
  keys: z.array(PublicJwk.extend({ kid: z.string(), alg: z.literal('ES256'), use: z.literal('sig') })),
});
export const CacheControl = z.object({ 'Cache-Control': z.string() });

/** RFC 8693 section 2.2.1. */
export const MintedToken = z.strictObject({
  access_token: z.string(),
  issued_token_type: z.string(),
  token_type: z.literal('DPoP'),
  expires_in: z.int().describe('seconds'),
  refresh_token: z.string().optional().describe('the lease grant, where one was asked for beside the token'),
});

/** RFC 7662 section 2.2. Of a token that is dead, unknown or none of the asker's business nothing else is told. */
export const Introspection = z.union([
  z.strictObject({ active: z.literal(false) }),
  z.strictObject({
    active: z.literal(true),
    iss: z.string(),
    aud: z.string(),
    sub: z.string(),
    client_id: z.string().optional(),
    iat: z.int(),
    exp: z.int(),
    jti: z.string(),
    token_type: z.enum(['DPoP', 'Bearer']),
    act: z.strictObject({ sub: z.string() }).optional(),
    cnf: z.strictObject({ jkt: z.string() }).optional(),
    authorization_details: z.array(LandlordAccess).optional(),
  }),
]);
export type Introspection = z.infer<typeof Introspection>;

/** RFC 8414 section 2, with RFC 9449's and RFC 9396's additions. */
export const AuthorizationServerMetadata = z.strictObject({
  issuer: z.string(),
  jwks_uri: z.string(),
  token_endpoint: z.string(),
  introspection_endpoint: z.string(),
  revocation_endpoint: z.string(),
  token_endpoint_auth_methods_supported: z.array(z.string()),
  token_endpoint_auth_signing_alg_values_supported: z.array(z.string()),
  introspection_endpoint_auth_methods_supported: z.array(z.string()),
  introspection_endpoint_auth_signing_alg_values_supported: z.array(z.string()),
  revocation_endpoint_auth_methods_supported: z.array(z.string()),
  revocation_endpoint_auth_signing_alg_values_supported: z.array(z.string()),
  grant_types_supported: z.array(z.string()),
  response_types_supported: z.array(z.string()).describe('none: there is no authorization endpoint'),
  dpop_signing_alg_values_supported: z.array(z.string()),
  authorization_details_types_supported: z.array(z.string()),
});
