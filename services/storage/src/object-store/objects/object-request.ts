import {
  metadataChanges,
  metadataProblem,
  mergeMetadata,
  headerProblem,
} from '@ocx/openstack-api/object-store/metadata';
import { parseContainerObject } from '@ocx/openstack-api/object-store/path';
import { InvalidInput } from '@ocx/service-kit/errors';
import mime from 'mime-types';
import { KEPT_HEADERS, type ObjectDescription } from './stored-object.js';

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** A header that is given once and is not empty. */
export function headerOf(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export const isTrue = (value: string | null | undefined): boolean => /^(true|1|yes|on|t|y)$/i.test(value ?? '');

export const guessContentType = (name: string): string => mime.lookup(name) || 'application/octet-stream';

/** When the object expires, in seconds since the epoch, or null. `X-Delete-After` outranks `X-Delete-At`, as in Swift. */
export function parseDeleteAt(headers: Headers, nowSeconds: number): number | null {
  const after = headerOf(headers, 'x-delete-after');
  if (after !== undefined) {
    if (!/^[+-]?\d{1,15}$/.test(after)) throw new InvalidInput('Non-integer X-Delete-After');
    if (Number(after) < 0) throw new InvalidInput('X-Delete-After in past');
    return nowSeconds + Number(after);
  }
  const at = headerOf(headers, 'x-delete-at');
  if (at === undefined) return null;
  if (!/^[+-]?\d{1,15}$/.test(at)) throw new InvalidInput('Non-integer X-Delete-At');
  if (Number(at) < nowSeconds) throw new InvalidInput('X-Delete-At in past');
  return Number(at);
}

function contentTypeOf(headers: Headers, name: string): string {
  const given = headerOf(headers, 'content-type');
  if (given === undefined || isTrue(headerOf(headers, 'x-detect-content-type'))) return guessContentType(name);
  if (!isUtf8(given)) throw new InvalidInput('Please specify a valid content-type');
  return given;
}

function isUtf8(latin1: string): boolean {
  return !Buffer.from(latin1, 'latin1').toString('utf8').includes('\ufffd');
}

function keptHeaders(headers: Headers): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = headerOf(headers, name);
    if (value !== undefined) kept[name] = value;
  }
  const manifest = kept['x-object-manifest'];
  if (manifest === undefined) return kept;
  const target = parseContainerObject(manifest);
  if (!target || /[?&]/.test(manifest)) {
    throw new InvalidInput('X-Object-Manifest must be in the format container/prefix');
  }
  return kept;
}

/** What the headers of a PUT or POST say about the object. Throws {@link InvalidInput} in Swift's words. */
export function describeObject(headers: Headers, name: string, nowSeconds: number): ObjectDescription {
  const metadata = mergeMetadata({}, metadataChanges('object', headers));
  const problem = headerProblem(headers) ?? metadataProblem('object', metadata);
  if (problem !== undefined) throw new InvalidInput(problem);
  return {
    contentType: contentTypeOf(headers, name),
    headers: keptHeaders(headers),
    metadata,
    deleteAt: parseDeleteAt(headers, nowSeconds),
  };
}
