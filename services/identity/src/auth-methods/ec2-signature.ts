import type { SignedRequest } from '@ocx/openstack-api/identity/credentials';
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export type Bytes = string | Buffer;

export const V4 = 'AWS4-HMAC-SHA256';
export const hmac = (algorithm: string, key: Bytes, text: Bytes): Buffer =>
  createHmac(algorithm, key).update(text).digest();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** RFC 3986: everything but unreserved characters. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

const byCode = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : Number(a > b));

/** Both signatures sort parameters by their encoded names, and leave the signature itself out. */
const canonicalQuery = (params: SignedRequest['params'], signature: string): string =>
  Object.entries(params)
    .filter(([name]) => name !== signature)
    .map(([name, value]): [string, string] => [encode(name), encode(String(value))])
    .sort(byCode)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

const lowerCase = (headers: SignedRequest['headers']): Map<string, string> =>
  new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));

/** Of one header of version 4: `Credential=…, SignedHeaders=…, Signature=…`. */
const field = (authorization: string | undefined, name: string): string | undefined =>
  new RegExp(`(?:^|[\\s,])${name}=([^,\\s]+)`).exec(authorization ?? '')?.[1];

/** Signature version 2 in base64, for the host as sent or without its port. */
function versionTwo(request: SignedRequest, secret: string, host: string): string {
  const text = [request.verb, host.toLowerCase(), request.path, canonicalQuery(request.params, 'Signature')].join('\n');
  const algorithm = request.params['SignatureMethod'] === 'HmacSHA1' ? 'sha1' : 'sha256';
  return hmac(algorithm, secret, text).toString('base64');
}

/** Version 4 signs with a key that is good for one day, region and service. */
export const signingKey = (secret: string, scope: readonly [string, string, string]): Bytes =>
  [...scope, 'aws4_request'].reduce<Bytes>((before, part) => hmac('sha256', before, part), `AWS4${secret}`);

/** Signature version 4 in hex; undefined when the request does not say what it signs. */
function versionFour(request: SignedRequest, secret: string): string | undefined {
  const headers = lowerCase(request.headers);
  const authorization = headers.get('authorization');
  const param = (name: string): string | undefined => {
    const value = request.params[name];
    return value === undefined ? undefined : String(value);
  };
  const signed = field(authorization, 'SignedHeaders') ?? param('X-Amz-SignedHeaders');
  const credential = field(authorization, 'Credential') ?? param('X-Amz-Credential');
  const [access, date, region, service, end] = credential?.split('/') ?? [];
  const time = headers.get('x-amz-date') ?? param('X-Amz-Date');
  if (signed === undefined || !date || !region || !service || end !== 'aws4_request') return undefined;
  if (access !== request.access || time?.startsWith(date) !== true) return undefined;
  const names = signed.split(';');
  // What is not signed could be anybody's.
  if (!names.includes('host')) return undefined;
  if (!headers.has('host')) headers.set('host', request.host);
  const lines = names.map((name) => `${name}:${(headers.get(name) ?? '').trim().replace(/ +/g, ' ')}\n`).join('');
  const query = canonicalQuery(request.params, 'X-Amz-Signature');
  const canonical = [request.verb, request.path, query, lines, signed, request.body_hash].join('\n');
  const text = [V4, time, `${date}/${region}/${service}/aws4_request`, sha256(canonical)].join('\n');
  return hmac('sha256', signingKey(secret, [date, region, service]), text).toString('hex');
}

export function equal(expected: string | undefined, given: string): boolean {
  if (expected === undefined) return false;
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const isVersionFour = ({ params, headers }: SignedRequest): boolean =>
  params['X-Amz-Algorithm'] === V4 || lowerCase(headers).get('authorization')?.startsWith(V4) === true;

/** Whether the request was signed with the secret, by signature version 2 or 4. */
export function isSignedWith(secret: string, request: SignedRequest): boolean {
  if (isVersionFour(request)) return equal(versionFour(request, secret), request.signature);
  if (String(request.params['SignatureVersion']) !== '2') return false;
  const hosts = [request.host, request.host.replace(/:\d+$/, '')];
  return hosts.some((host) => equal(versionTwo(request, secret, host), request.signature));
}

/** When the request was signed, in milliseconds since the epoch; undefined when it does not say. */
export function signedAt({ params, headers }: Pick<SignedRequest, 'params' | 'headers'>): number | undefined {
  const text = params['Timestamp'] ?? lowerCase(headers).get('x-amz-date') ?? params['X-Amz-Date'];
  if (typeof text !== 'string') return undefined;
  const basic = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const time = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(basic) ? basic : `${basic}Z`);
  return Number.isNaN(time) ? undefined : time;
}
