import { z } from 'zod';

/** Names and descriptions: at most 255 characters, as Cinder bounds them. NUL never reaches a database. */
export const Text255 = z
  .string()
  .max(255)
  // eslint-disable-next-line no-control-regex -- the control character is what is refused
  .regex(/^[^\u0000]*$/, 'must not contain NUL');

/** Cinder's time: UTC with microseconds and without a zone, `2026-01-31T12:00:00.000000`. */
export const CinderTime = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|\+00:00)?$/);

/** Free-form labels of a volume or an attachment. Keys are 1 to 255 characters. */
export const Metadata = z
  .record(
    z
      .string()
      .min(1)
      .max(255)
      // eslint-disable-next-line no-control-regex -- as above
      .regex(/^[^\u0000]*$/),
    Text255,
  )
  .refine((metadata) => Object.keys(metadata).length <= 128, 'at most 128 entries')
  .meta({ id: 'VolumeMetadata' });

export const Link = z.object({ rel: z.string().max(64), href: z.string().max(2048) }).meta({ id: 'VolumeLink' });
export const Links = z.array(Link).max(4);

/** The `volumes_links` of a page that is not the last. */
export const PageLinks = z.array(Link).max(1);

/** JSON booleans and the words that Cinder's `strutils` takes for them. */
export const CinderBoolean = z.union([
  z.boolean(),
  z.string().transform((text, context) => {
    const word = text.trim().toLowerCase();
    if (['1', 't', 'true', 'on', 'y', 'yes'].includes(word)) return true;
    if (['0', 'f', 'false', 'off', 'n', 'no'].includes(word)) return false;
    context.addIssue({ code: 'custom', message: `'${text.slice(0, 32)}' is not a boolean` });
    return z.NEVER;
  }),
]);
