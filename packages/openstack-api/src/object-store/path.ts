import { SWIFT_CONSTRAINTS } from './constraints.js';

/** What a Swift URL names. Names are decoded, and never a path in a file system. */
export type SwiftTarget =
  | { readonly kind: 'account'; readonly account: string }
  | { readonly kind: 'container'; readonly account: string; readonly container: string }
  | { readonly kind: 'object'; readonly account: string; readonly container: string; readonly object: string };

/** Why a URL names nothing, and the status Swift answers: 412, 412, 400. */
export type SwiftPathProblem = 'invalid-utf8' | 'bad-url' | 'bad-version';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Undoes percent-encoding as Swift does: a stray `%` stands for itself. Undefined when NUL or not UTF-8. */
export function decodeSwiftName(encoded: string): string | undefined {
  // latin1: Node hands over bytes above 127 of a request line one by one.
  const bytes = Buffer.from(
    encoded.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
  try {
    const name = decoder.decode(bytes);
    return name.includes('\0') ? undefined : name;
  } catch {
    return undefined;
  }
}

/**
 * The URL as a router can decode it. Routers refuse a stray `%` and what is not UTF-8 before any handler sees it, while
 * Swift takes the one for itself and refuses the other in its own words: handlers read the URL that was sent.
 */
export function routableSwiftUrl(url: string): string {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  try {
    decodeURIComponent(path);
    return url;
  } catch {
    return `${path.replaceAll('%', '%25')}${url.slice(path.length)}`;
  }
}

/** Encodes a name for a URL; slashes stay. */
export const encodeSwiftName = (name: string): string => encodeURIComponent(name).replaceAll('%2F', '/');

/**
 * Reads `/v1/{account}[/{container}[/{object}]]` from the request line's path (no query). The whole path is decoded
 * before it is split, as Swift does: `c%2Fo` is object `o` in container `c`. Dots mean nothing.
 */
export function parseSwiftPath(rawPath: string): SwiftTarget | { readonly problem: SwiftPathProblem } {
  const path = decodeSwiftName(rawPath);
  if (path === undefined) return { problem: 'invalid-utf8' };
  const match = /^\/([^/]+)(?:\/([^/]*)(?:\/([^/]*)(?:\/(.*))?)?)?$/s.exec(path);
  if (!match) return { problem: 'bad-url' };
  const [, version, account = '', container = '', object = ''] = match;
  if (account !== '' && version !== 'v1' && version !== 'v1.0') return { problem: 'bad-version' };
  if (account === '' || (container === '' && object !== '')) return { problem: 'bad-url' };
  if (container === '') return { kind: 'account', account };
  if (object === '') return { kind: 'container', account, container };
  return { kind: 'object', account, container, object };
}

const bytes = (text: string) => Buffer.byteLength(text, 'utf8');

/** Swift's sentence about a container's name it refuses, or undefined. */
export function containerNameProblem(name: string): string | undefined {
  const max = SWIFT_CONSTRAINTS.max_container_name_length;
  if (name.includes('/')) return 'Container name cannot contain slashes';
  return bytes(name) > max ? `Container name length of ${String(bytes(name))} longer than ${String(max)}` : undefined;
}

/** Swift's sentence about an object's name it refuses, or undefined. */
export function objectNameProblem(name: string): string | undefined {
  const max = SWIFT_CONSTRAINTS.max_object_name_length;
  return bytes(name) > max ? `Object name length of ${String(bytes(name))} longer than ${String(max)}` : undefined;
}

/** Reads the `container/object` of `X-Copy-From`, `Destination`, `X-Object-Manifest`: percent-encoded, a leading slash allowed. */
export function parseContainerObject(value: string): { container: string; object: string } | undefined {
  const decoded = decodeSwiftName(value);
  const match = decoded === undefined ? null : /^\/?([^/]+)\/(.+)$/s.exec(decoded);
  return match?.[1] !== undefined && match[2] !== undefined ? { container: match[1], object: match[2] } : undefined;
}
