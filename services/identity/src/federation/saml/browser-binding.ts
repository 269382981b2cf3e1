import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { LOGIN_MS } from './saml-options.js';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export const newSecret = (): string => randomBytes(32).toString('base64url');

export const isSameSecret = (secret: string, secretHash: string): boolean =>
  timingSafeEqual(Buffer.from(sha256(secret)), Buffer.from(secretHash));

/** Each login has a cookie of its own, so that two tabs do not end each other's. */
const cookieName = (secretHash: string, secure: boolean): string =>
  `${secure ? '__Host-' : ''}ocx-login-${secretHash.slice(0, 16)}`;

// Lax: the cookie does not come along with the provider's cross-site POST, but does with the redirect that follows,
// which is a navigation by GET. With https the prefix keeps other hosts of the site from planting one.
const attributes = (secure: boolean, seconds: number): string =>
  `Path=/; Max-Age=${String(seconds)}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;

/** The `Set-Cookie` that ties a login to the browser that began it. */
export const bindingCookie = (secret: string, secure: boolean): string =>
  `${cookieName(sha256(secret), secure)}=${secret}; ${attributes(secure, LOGIN_MS / 1000)}`;

export const clearedCookie = (secretHash: string, secure: boolean): string =>
  `${cookieName(secretHash, secure)}=; ${attributes(secure, 0)}`;

/** Whether a `Cookie` header comes from the browser whose secret has this hash. */
export function isSameBrowser(header: string | undefined, secretHash: string, secure: boolean): boolean {
  const prefix = `${cookieName(secretHash, secure)}=`;
  const cookies = (header ?? '').split(';').map((pair) => pair.trim());
  const secret = cookies.find((pair) => pair.startsWith(prefix))?.slice(prefix.length) ?? '';
  return isSameSecret(secret, secretHash);
}
