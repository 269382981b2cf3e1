import { isIPv6 } from 'node:net';
import { BadGateway, InvalidInput } from '@ocx/service-kit/errors';

const HOST = String.raw`(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])`;
// No user, query, fragment, escape, dot segment or empty segment: what the grant's calls are appended to is one plain place.
const SEGMENT = String.raw`\/[A-Za-z0-9_~-][A-Za-z0-9_~.-]*`;
const ENDPOINT = new RegExp(`^https?://${HOST}(?::[0-9]{1,5})?(?:${SEGMENT})*/?$`);
const EXPORT_HOST = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;

/** A storage landlord's endpoint without its trailing slash. InvalidInput when it is more than scheme, host and plain path. */
export function storageEndpoint(endpoint: string): string {
  if (!ENDPOINT.test(endpoint) || !URL.canParse(endpoint)) {
    throw new InvalidInput('storage.endpoint: must be an http or https URL of scheme, host and plain path.');
  }
  return endpoint.replace(/\/$/, '');
}

/** Where an export listens, as a URL to judge it by. BadGateway when the storage landlord named no host. */
export function exportAddress(host: string, port: number): URL {
  if (isIPv6(host)) return new URL(`nbd://[${host}]:${port}`);
  if (!EXPORT_HOST.test(host)) throw new BadGateway('The storage landlord exports the volume at no usable address.');
  // An http URL has numeric hosts such as `0x7f.1` brought into their usual form.
  const { hostname } = new URL(`http://${host}`);
  return new URL(`nbd://${hostname}:${port}`);
}
