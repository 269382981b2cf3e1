import type { ValueTransformer } from 'typeorm';

/** PostgreSQL's bigint as a number. Amounts here (bytes, GiB, MiB, sequence numbers) stay below 2^53. */
export const bigInteger: ValueTransformer = {
  to: (value: number | null | undefined) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};
