import { z } from 'zod';
import { Link } from './values.js';

const Version = z.strictObject({
  id: z.string(),
  status: z.enum(['CURRENT', 'SUPPORTED']),
  version: z.string().describe('newest microversion, empty where there are none'),
  min_version: z.string(),
  updated: z.string(),
  links: z.array(Link),
});
export type ComputeVersion = z.infer<typeof Version>;

/** `GET /`. */
export const ComputeVersions = z.strictObject({ versions: z.array(Version) }).meta({ id: 'ComputeVersions' });

/** `GET /v2.1`. */
export const ComputeVersionAnswer = z.strictObject({
  version: Version.extend({ 'media-types': z.array(z.strictObject({ base: z.string(), type: z.string() })) }),
});
