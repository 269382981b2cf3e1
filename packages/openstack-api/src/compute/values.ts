import { z } from 'zod';

const PRINTABLE = /^[^\p{C}]*$/u;

/** Nova's `name`: printable, without leading or trailing white space, at most 255 characters. */
export const Name = z
  .string()
  .min(1)
  .max(255)
  .regex(PRINTABLE, 'must be printable')
  .refine((value) => value === value.trim(), 'must not begin or end with white space');

/** Key and value of server metadata: 255 characters each. */
export const MetadataKey = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[a-zA-Z0-9-_:. ]+$/);
export const MetadataValue = z.string().max(255);
export const Metadata = z.record(MetadataKey, MetadataValue).meta({ id: 'ComputeMetadata' });

export const Tag = z
  .string()
  .min(1)
  .max(60)
  .regex(/^[^,/]*$/);

/** Host names become the container's: RFC 1123, one or more labels. */
export const Hostname = z
  .string()
  .max(63)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/);

/** Base64 of at most 65,535 bytes of Nova's user data. */
export const UserData = z
  .string()
  .max(65535)
  .regex(/^[A-Za-z0-9+/\r\n]*={0,2}[\r\n]*$/, 'must be base64');

const TRUE = ['true', 't', 'on', 'yes', 'y', '1'];
const FALSE = ['false', 'f', 'off', 'no', 'n', '0'];

/** Nova's lenient boolean: JSON booleans and the words its clients send. */
export const LooseBoolean = z.union([z.boolean(), z.int(), z.string()]).transform((value, context): boolean => {
  const word = String(value).toLowerCase();
  if (TRUE.includes(word)) return true;
  if (FALSE.includes(word)) return false;
  context.addIssue({ code: 'custom', message: 'must be a boolean' });
  return z.NEVER;
});

/** A number or its decimal string, as Nova takes counts. */
export const LooseCount = z
  .union([z.int(), z.string().regex(/^[0-9]+$/)])
  .transform(Number)
  .pipe(z.int().min(1).max(100));

export const Link = z
  .strictObject({ rel: z.string(), href: z.string(), type: z.string().optional() })
  .meta({ id: 'ComputeLink' });
export const Links = z.array(Link);
