import { InvalidInput, Unauthenticated } from '@ocx/service-kit/errors';
import OAuth from 'oauth-1.0a';
import { createHmac, timingSafeEqual } from 'node:crypto';

const HASHES: Readonly<Record<string, string>> = { 'HMAC-SHA1': 'sha1', 'HMAC-SHA256': 'sha256' };
const PARAMETER = /^([a-z_]{1,64})="([^"]{0,1024})"$/;
const MAX_LENGTH = 8192;

/** What a request says of itself in its header `Authorization`: RFC 5849 section 3.5.1. */
export interface SignedRequest {
  /** Without `realm`, which is not signed. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly method: string;
  /** As the client calls it; a query is not part of it. */
  readonly url: string;
}

function decode(text: string): string {
  // PostgreSQL has no text that holds a null character.
  if (text.includes('%00')) throw new InvalidInput('The Authorization header is malformed.');
  try {
    return decodeURIComponent(text);
  } catch {
    throw new InvalidInput('The Authorization header is malformed.');
  }
}

/** Throws {@link InvalidInput} for what is no OAuth header, or names something twice. */
export function parseAuthorization(header: string | undefined): Readonly<Record<string, string>> {
  const [, list] = /^OAuth\s+(.*)$/i.exec(header ?? '') ?? [];
  if (list === undefined || list.length > MAX_LENGTH) {
    throw new InvalidInput('Expecting to find OAuth parameters in the Authorization header.');
  }
  const parameters = new Map<string, string>();
  for (const part of list.split(',')) {
    const [, name, value] = PARAMETER.exec(part.trim()) ?? [];
    if (name === undefined || value === undefined || parameters.has(name)) {
      throw new InvalidInput('The Authorization header is malformed.');
    }
    if (name !== 'realm') parameters.set(name, decode(value));
  }
  return Object.fromEntries(parameters);
}

/** Throws {@link InvalidInput} when it is not there. */
export function required(parameters: SignedRequest['parameters'], name: string): string {
  const value = parameters[name];
  if (value === undefined || value === '') throw new InvalidInput(`Expecting to find ${name} in request.`);
  return value;
}

/**
 * Checks the signature over method, address and parameters (RFC 5849 section 3.4), in constant time. A secret in the
 * clear is no signature: only HMAC is taken. Throws {@link Unauthenticated}.
 */
export function checkSignature(request: SignedRequest, secrets: { consumer: string; token?: string }): void {
  const { oauth_signature: given = '', ...signed } = request.parameters;
  const hash = HASHES[signed['oauth_signature_method'] ?? ''];
  if (hash === undefined || (signed['oauth_version'] ?? '1.0') !== '1.0') {
    throw new Unauthenticated('The signature method or version is not supported.');
  }
  const oauth = new OAuth({
    consumer: { key: signed['oauth_consumer_key'] ?? '', secret: secrets.consumer },
    hash_function: (text, key) => createHmac(hash, key).update(text).digest('base64'),
  });
  const { method, url } = request;
  // The library's type is of what it makes itself; here every parameter is one that the client has sent.
  const expected = Buffer.from(oauth.getSignature({ method, url, data: {} }, secrets.token, signed as never));
  const actual = Buffer.from(given);
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) {
    throw new Unauthenticated('Invalid signature');
  }
}
