import { z } from 'zod';

/** Keystone takes a time with or without zone; without one it is UTC. */
export const Expiry = z
  .string()
  .max(64)
  .transform((text) => new Date(/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`))
  .refine((date) => !Number.isNaN(date.getTime()), { message: 'Not an ISO 8601 time.' });
