import { z } from 'zod';

/** `GET /v3/OS-OCX/revocations`: entries after this number; waits this many seconds for one. */
export const RevocationsQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  wait: z.coerce.number().int().min(0).max(25).default(0),
});

/** Means the tokens with this audit id, or of this user and project, that were issued before. */
export const Revocation = z.strictObject({
  seq: z.int(),
  audit_id: z.string().optional(),
  user_id: z.string().optional(),
  project_id: z.string().optional(),
  issued_before: z.string(),
});
export type Revocation = z.infer<typeof Revocation>;
export const RevocationFeed = z.strictObject({ revocations: z.array(Revocation), last: z.int() });
