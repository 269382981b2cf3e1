import { z } from 'zod';

/** Cinder's version document, at its root and at `/v3/`. */
export const VolumeVersions = z
  .strictObject({
    versions: z.array(
      z.strictObject({
        id: z.string(),
        status: z.string(),
        version: z.string().describe('newest microversion'),
        min_version: z.string(),
        updated: z.string(),
        links: z.array(z.strictObject({ rel: z.string(), type: z.string().optional(), href: z.string() })),
        'media-types': z.array(z.strictObject({ base: z.string(), type: z.string() })),
      }),
    ),
  })
  .meta({ id: 'VolumeVersions' });
