import { LandlordKind, PublicJwk } from '../exchange/documents.js';
import { RegionName } from '../ids.js';
import { z } from 'zod';

export const RegisterLandlord = z.strictObject({
  name: RegionName,
  kind: LandlordKind,
  region: RegionName,
  endpoint: z.url({ protocol: /^https?$/ }).max(256),
  jwk: PublicJwk,
  accepts_admin: z.boolean().default(false),
});

export const EnrolClient = z.strictObject({
  code: z.string().min(1).max(256),
  client_id: z.literal('broker'),
  jwk: PublicJwk,
});

/** RFC 7523 section 3, as docs/protocol.md narrows it. */
export const AssertionClaims = z.object({
  iss: z.string().max(64),
  sub: z.string().max(64),
  exp: z.number(),
  jti: z.string().min(8).max(128),
});
