import type { z } from 'zod';
import { InvalidInput } from './errors.js';

/** The first problem of a failed parse, in one line that names the place: `server.name: Too long`. */
export function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (!issue) return 'The request is malformed.';
  const place = issue.path.map(String).join('.');
  return place === '' ? issue.message : `Invalid input for field/attribute ${place}: ${issue.message}`;
}

/** Parses what another party sent, or throws {@link InvalidInput} naming the first problem. */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (!result.success) throw new InvalidInput(describeIssue(result.error));
  return result.data;
}
