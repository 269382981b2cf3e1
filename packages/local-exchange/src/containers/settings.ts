import { z } from 'zod';

const Url = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
const Directory = z.string().startsWith('/');

/** What the operator's container is told. */
export const OperatorSettings = z.object({
  /** Identity, without `/v3`; like the broker and the university by the address that everybody uses. */
  OCX_IDENTITY_URL: Url,
  OCX_EXCHANGE_URL: Url,
  /** The university's SAML entity id, which is also where its metadata is. */
  OCX_UNIVERSITY_ENTITY_ID: Url,
  OCX_ADMIN_PASSWORD_FILE: Directory,
  /** A tar of a root file system. */
  OCX_DEMONSTRATION_IMAGE: Directory,
  /** Holds one directory for each landlord; the landlord's one-time code is put there, in the file `code`. */
  OCX_ENROLMENT_DIRECTORY: Directory,
});
export type OperatorSettings = z.infer<typeof OperatorSettings>;

/** What the home university's container is told. */
export const UniversitySettings = z.object({
  OCX_PORT: z.coerce.number().int().min(1).max(65_535),
  OCX_DATA_DIR: Directory,
  /** Debian's package, unpacked. */
  OCX_SIMPLESAMLPHP: Directory,
  /** Identity as it is reached from here, without `/v3`. */
  OCX_IDENTITY_URL: Url,
});

/** Throws one line for each bad variable, without its value. */
export function settingsFrom<T extends z.ZodType>(schema: T, environment: NodeJS.ProcessEnv): z.output<T> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  throw new Error(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
}
