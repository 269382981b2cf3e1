import { z } from 'zod';

/** `GET /v3/OS-OCX-AUDIT/records`: records after this number, oldest first. */
export const AuditQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/**
 * One line of the audit trail. `sha256` is the SHA-256, in hexadecimal, of `previous` (nothing in the first one), a line
 * feed and `event`, both as they stand here.
 */
export const AuditRecord = z.strictObject({
  seq: z.int().min(1),
  previous: z.string().nullable(),
  sha256: z.string(),
  event: z.string().describe('a CADF event (DMTF DSP0262) as JSON'),
});
export type AuditRecord = z.infer<typeof AuditRecord>;

export const AuditRecords = z.strictObject({
  records: z.array(AuditRecord),
  archived: AuditRecord.pick({ seq: true, sha256: true })
    .optional()
    .describe('the last record that is in an archive and no longer here'),
});
