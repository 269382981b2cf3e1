import { z } from 'zod';

const IdentityVersion = z.strictObject({
  id: z.string(),
  status: z.string(),
  updated: z.string(),
  links: z.array(z.strictObject({ rel: z.string(), href: z.string() })),
  'media-types': z.array(z.strictObject({ base: z.string(), type: z.string() })),
});

/** `GET /`. */
export const IdentityVersions = z.strictObject({ versions: z.strictObject({ values: z.array(IdentityVersion) }) });

/** `GET /v3`. */
export const IdentityVersionAnswer = z.strictObject({ version: IdentityVersion });
