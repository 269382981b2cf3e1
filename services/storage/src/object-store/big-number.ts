/** PostgreSQL's bigint arrives as text; every value here stays below 2^53. */
export const bigNumber = {
  to: (value: number | null | undefined) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};
