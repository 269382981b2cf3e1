import { z } from 'zod';

/** Glance's versions, at its root. */
export const ImageVersions = z
  .strictObject({
    versions: z.array(
      z.strictObject({
        id: z.string(),
        status: z.enum(['CURRENT', 'SUPPORTED']),
        links: z.array(z.strictObject({ rel: z.string(), href: z.string() })),
      }),
    ),
  })
  .meta({ id: 'ImageVersions' });

/** `GET /v2/info/import`. */
export const ImportMethods = z.strictObject({
  'import-methods': z.strictObject({
    description: z.string(),
    type: z.string(),
    value: z.array(z.string()).describe('names of methods'),
  }),
});

/** `GET /v2/schemas/…`: a JSON schema in the old form that Glance's clients know. */
export const ImageSchemaDocument = z
  .object({
    name: z.string(),
    properties: z.record(z.string(), z.record(z.string(), z.unknown())),
    additionalProperties: z.object({ type: z.string() }).optional(),
    links: z.array(z.object({ rel: z.string(), href: z.string() })).optional(),
  })
  .meta({ id: 'ImageSchema' });

/** The headers of an image's bytes. */
export const ImageFileHeaders = z.object({
  'Content-MD5': z.string().optional(),
  'Content-Length': z.string(),
});
export const ImageRangeHeaders = ImageFileHeaders.extend({ 'Content-Range': z.string() });

/** One range of an image's bytes may be asked for. */
export const RangeRequest = z.object({ Range: z.string().optional().describe('bytes=first-last') });
