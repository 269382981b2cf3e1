import { z } from 'zod';
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
});
