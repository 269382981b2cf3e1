import type { IncomingHttpHeaders } from 'node:http';
import type { HeaderValue } from '@ocx/openstack-client/http';
import { InvalidInput } from '@ocx/service-kit/errors';

const REQUEST_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'content-disposition',
  'content-encoding',
  'content-length',
  'content-type',
  'destination',
  'etag',
  'expect',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-unmodified-since',
  'range',
  'x-copy-from',
  'x-delete-after',
  'x-delete-at',
  'x-detect-content-type',
  'x-fresh-metadata',
  'x-newest',
  'x-object-manifest',
  'x-symlink-target',
  'x-versions-location',
  'x-history-location',
]);

const RESPONSE_HEADERS: ReadonlySet<string> = new Set([
  'accept-ranges',
  'content-disposition',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'etag',
  'last-modified',
  'x-copied-from',
  'x-copied-from-last-modified',
  'x-delete-at',
  'x-manifest-etag',
  'x-object-manifest',
  'x-static-large-object',
  'x-timestamp',
  'x-container-bytes-used',
  'x-container-object-count',
  'x-container-read',
  'x-container-write',
]);

const METADATA = /^x-(?:remove-)?(?:account|container|object)-(?:meta|transient-sysmeta)-[\x21-\x7e]{1,128}$/;
// Whatever its name: one that Swift refuses is the landlord's to refuse, never dropped without a word.
const SENT_METADATA = /^x-(?:remove-)?(?:account|container|object)-(?:meta|transient-sysmeta)-/;
// A temporary-URL key is a shared secret of the tenant: it is not a landlord's to know.
const SECRET = /^x-(?:account|container)-meta-temp-url-key/;

/**
 * Throws `InvalidInput` for a temporary-URL key. This cloud verifies no temporary URLs (`/info` names no `tempurl`), so the
 * key would be kept for nothing and every URL signed with it refused.
 */
export function refuseSharedSecrets(headers: IncomingHttpHeaders): void {
  if (Object.keys(headers).some((name) => SECRET.test(name))) {
    throw new InvalidInput('Temporary URLs are not available in this cloud; their key was not stored.');
  }
}

const one = (value: HeaderValue): string | undefined => (Array.isArray(value) ? value.join(', ') : value);

/** What of a tenant's headers a landlord gets: never a token, a cookie, a host or an address. */
export function requestHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const text = one(value);
    if (text === undefined || SECRET.test(name)) continue;
    const isAcl = name === 'x-container-read' || name === 'x-container-write';
    if ((REQUEST_HEADERS.has(name) && name !== 'expect') || SENT_METADATA.test(name) || isAcl) passed[name] = text;
  }
  return passed;
}

/** What of a landlord's headers a tenant gets: never a cookie, a location or a policy of the landlord's. */
export function responseHeaders(headers: Readonly<Record<string, HeaderValue>>): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const text = one(value);
    if (text === undefined) continue;
    if (RESPONSE_HEADERS.has(name) || METADATA.test(name)) passed[name] = text;
  }
  return passed;
}
