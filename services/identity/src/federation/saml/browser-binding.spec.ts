import { describe, expect, it } from 'vitest';
import { bindingCookie, clearedCookie, isSameBrowser, newSecret, sha256 } from './browser-binding.js';

const cookieOf = (setCookie: string): string => setCookie.split(';')[0] ?? '';

describe.each([true, false])('the cookie of a login (secure: %s)', (secure) => {
  const secret = newSecret();
  const hash = sha256(secret);
  const cookie = cookieOf(bindingCookie(secret, secure));

  it('proves the browser that began the login, among other cookies', () => {
    expect(isSameBrowser(cookie, hash, secure)).toBe(true);
    expect(isSameBrowser(`a=b; ${cookie}; c=d`, hash, secure)).toBe(true);
  });

  it('proves nothing when it is missing, empty or another login’s', () => {
    expect(isSameBrowser(undefined, hash, secure)).toBe(false);
    expect(isSameBrowser('', hash, secure)).toBe(false);
    expect(isSameBrowser(cookieOf(clearedCookie(hash, secure)), hash, secure)).toBe(false);
    expect(isSameBrowser(cookieOf(bindingCookie(newSecret(), secure)), hash, secure)).toBe(false);
    const [name = ''] = cookie.split('=');
    expect(isSameBrowser(`${name}=${newSecret()}`, hash, secure)).toBe(false);
  });

  it('is for this host alone, out of reach of scripts and of other sites’ posts', () => {
    const set = bindingCookie(secret, secure);
    expect(set).toContain('; Path=/; Max-Age=600; HttpOnly; SameSite=Lax');
    expect(set).not.toMatch(/domain=/i);
    expect(set.includes('; Secure')).toBe(secure);
    expect(set.startsWith('__Host-')).toBe(secure);
  });
});
