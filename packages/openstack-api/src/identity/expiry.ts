import { z } from 'zod';

/** A time as Keystone keeps it, which is finer than a `Date`. */
export interface PreciseTime {
  readonly at: Date;
  /** What there is beyond the milliseconds: 0 to 999. */
  readonly micros: number;
}

const beyondMilliseconds = (text: string): number => Number((/\.\d{3}(\d{1,3})/.exec(text)?.[1] ?? '').padEnd(3, '0'));

/** Keystone takes a time with or without zone; without one it is UTC. */
export const Expiry = z
  .string()
  .max(64)
  .transform((text): PreciseTime => ({
    at: new Date(/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`),
    micros: beyondMilliseconds(text),
  }))
  .refine(({ at }) => !Number.isNaN(at.getTime()), { message: 'Not an ISO 8601 time.' });
