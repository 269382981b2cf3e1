import type { IncomingHttpHeaders } from 'node:http';
import { SWIFT_CONSTRAINTS } from '@ocx/openstack-api/object-store/constraints';
import { InvalidInput } from '@ocx/service-kit/errors';

export interface MetadataItem {
  /** In small letters, without the prefix. */
  readonly name: string;
  readonly value: string;
}

export interface MetadataChange {
  readonly set: readonly MetadataItem[];
  readonly removed: readonly string[];
}

const PREFIX = 'x-account-meta-';
const REMOVE_PREFIX = 'x-remove-account-meta-';

/** Swift's words: an empty value removes an item, as `X-Remove-Account-Meta-…` does. Throws {@link InvalidInput}. */
export function readMetadataChange(headers: IncomingHttpHeaders): MetadataChange {
  const set: MetadataItem[] = [];
  const removed: string[] = [];
  for (const [header, raw] of Object.entries(headers)) {
    const value = Array.isArray(raw) ? raw.join(', ') : (raw ?? '');
    if (header.startsWith(REMOVE_PREFIX)) removed.push(header.slice(REMOVE_PREFIX.length));
    else if (header.startsWith(PREFIX)) {
      const name = header.slice(PREFIX.length);
      checkItem(name, value);
      if (value === '') removed.push(name);
      else set.push({ name, value });
    }
  }
  return { set, removed };
}

function checkItem(name: string, value: string): void {
  const { max_meta_name_length: longestName, max_meta_value_length: longestValue } = SWIFT_CONSTRAINTS;
  if (name === '') throw new InvalidInput('Metadata name cannot be empty');
  if (name.length > longestName) throw new InvalidInput(`Metadata name too long: ${name.slice(0, 32)}…`);
  // Node gives header bytes as Latin-1: one character is one byte.
  if (value.length > longestValue)
    throw new InvalidInput(`Metadata value longer than ${String(longestValue)}: ${name}`);
}

/** Throws {@link InvalidInput} when all of an account's metadata together is more than Swift takes. */
export function checkMetadata(items: readonly MetadataItem[]): void {
  const { max_meta_count: most, max_meta_overall_size: largest } = SWIFT_CONSTRAINTS;
  if (items.length > most) throw new InvalidInput(`Too many metadata items; max ${String(most)}`);
  const size = items.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  if (size > largest) throw new InvalidInput(`Total metadata too large; max ${String(largest)}`);
}

export function metadataHeaders(items: readonly MetadataItem[]): Record<string, string> {
  return Object.fromEntries(items.map(({ name, value }) => [`${PREFIX}${name}`, value]));
}
