import { QueryFailedError } from 'typeorm';

const codeOf = (error: unknown): string | undefined =>
  error instanceof QueryFailedError ? (error.driverError as { code?: string } | undefined)?.code : undefined;

/** PostgreSQL refused a second row with the same key. */
export const isUniqueViolation = (error: unknown): boolean => codeOf(error) === '23505';

/** PostgreSQL refused a reference to a row that is not there, or the end of a row that is still referred to. */
export const isForeignKeyViolation = (error: unknown): boolean => codeOf(error) === '23503';
