import { SWIFT_CONSTRAINTS } from './constraints.js';

/** User metadata by lower-case name without prefix. Values are header bytes, one character each (Node's latin1 form). */
export type SwiftMetadata = Readonly<Record<string, string>>;
export type MetadataOwner = 'account' | 'container' | 'object';
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** `x-timestamp`, `content-type` → `X-Timestamp`, `Content-Type`. */
export const titleCase = (header: string): string =>
  header.toLowerCase().replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());

const valueOf = (value: string | string[] | undefined): string =>
  (Array.isArray(value) ? value.join(', ') : (value ?? '')).trim();

/**
 * The metadata a request sets: `X-{Owner}-Meta-{name}`, and as an empty value what `X-Remove-{Owner}-Meta-{name}` removes.
 */
export function metadataChanges(owner: MetadataOwner, headers: Headers): SwiftMetadata {
  const set = `x-${owner}-meta-`;
  const remove = `x-remove-${owner}-meta-`;
  const changes: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    if (name.startsWith(remove)) changes[name.slice(remove.length)] = '';
  }
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(set)) changes[name.slice(set.length)] = valueOf(value);
  }
  return changes;
}

/** What is left after `changes`: an empty value removes. */
export function mergeMetadata(current: SwiftMetadata, changes: SwiftMetadata): SwiftMetadata {
  return Object.fromEntries(Object.entries({ ...current, ...changes }).filter(([, value]) => value !== ''));
}

/** As response headers. */
export function metadataHeaders(owner: MetadataOwner, metadata: SwiftMetadata): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [titleCase(`x-${owner}-meta-${name}`), value]),
  );
}

function isUtf8(latin1: string): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(latin1, 'latin1'));
    return true;
  } catch {
    return false;
  }
}

/** Swift's sentence about metadata it refuses, or undefined. */
export function metadataProblem(owner: MetadataOwner, metadata: SwiftMetadata): string | undefined {
  const limits = SWIFT_CONSTRAINTS;
  const prefix = titleCase(`x-${owner}-meta-`);
  let overall = 0;
  for (const [name, value] of Object.entries(metadata)) {
    if (name === '') return 'Metadata name cannot be empty';
    if (!isUtf8(value)) return 'Metadata must be valid UTF-8';
    if (name.length > limits.max_meta_name_length) return `Metadata name too long: ${prefix}${titleCase(name)}`;
    if (value.length > limits.max_meta_value_length) {
      return `Metadata value longer than ${String(limits.max_meta_value_length)}: ${prefix}${titleCase(name)}`;
    }
    overall += name.length + value.length;
  }
  if (Object.keys(metadata).length > limits.max_meta_count) {
    return `Too many metadata items; max ${String(limits.max_meta_count)}`;
  }
  if (overall > limits.max_meta_overall_size) {
    return `Total metadata too large; max ${String(limits.max_meta_overall_size)}`;
  }
  return undefined;
}

/** Swift's sentence about a header it refuses, or undefined. */
export function headerProblem(headers: Headers): string | undefined {
  for (const [name, value] of Object.entries(headers)) {
    // Tokens and proofs are long by nature and checked by those who read them.
    if (name === 'authorization' || name === 'dpop' || name === 'x-auth-token') continue;
    if (valueOf(value).length > SWIFT_CONSTRAINTS.max_header_size) return `Header value too long: ${titleCase(name)}`;
  }
  return undefined;
}
