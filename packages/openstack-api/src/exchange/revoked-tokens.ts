import { z } from 'zod';
import { LandlordId } from '../ids.js';

/** JWS type of a landlord's list of revoked tokens, signed by identity. */
export const REVOKED_TOKENS_TYP = 'ocx-revoked-tokens+jwt';

/** `GET /v3/OS-OCX/revoked-tokens`: waits up to `wait` seconds for a revocation after number `after`. */
export const RevokedTokensQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  wait: z.coerce.number().int().min(0).max(25).default(0),
});

/** The list as a compact JWS, whose payload is {@link RevokedTokens}. */
export const RevokedTokensAnswer = z.strictObject({ list: z.string() });

/**
 * All landlord tokens of one audience that are revoked and not expired yet: complete in itself, so that nothing can be
 * missed. `seq` is the newest revocation that is in it.
 */
export const RevokedTokens = z.object({
  iss: z.string(),
  aud: LandlordId,
  iat: z.int(),
  seq: z.int().nonnegative(),
  revoked: z.array(z.object({ jti: z.string().max(64), exp: z.int() })),
});
export type RevokedTokens = z.infer<typeof RevokedTokens>;
