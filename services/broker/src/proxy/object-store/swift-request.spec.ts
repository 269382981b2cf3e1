import { describe, expect, it } from 'vitest';
import { landlordPath, readSwiftRequest } from './swift-request.js';

const PROJECT = 'p'.repeat(32);
const read = (path: string, method = 'PUT') =>
  readSwiftRequest({ method, url: `/regions/exchange/object-store${path}`, headers: {} }, PROJECT);

describe('a path', () => {
  it.each([
    ['/c/o', '/c/o'],
    ['/c/a%2Fb', '/c/a/b'],
    ['/c/../../x', '/c/%2E%2E/%2E%2E/x'],
    ['/c/%2e%2e/x', '/c/%2E%2E/x'],
    ['/c/a%3Fb%23c', '/c/a%3Fb%23c'],
    ['/c/%C3%A9?format=json', '/c/%C3%A9'],
    ['/100%/%2541%', '/100%25/%2541%25'],
  ])('%s is built anew as %s', (path, expected) => {
    const request = read(`/v1/AUTH_${PROJECT}${path}`);
    expect(landlordPath(request.target)).toBe(`/v1/AUTH_${PROJECT}${expected}`);
  });

  it('keeps the query as it was sent', () => {
    expect(read(`/v1/AUTH_${PROJECT}/c?prefix=a%2Fb`, 'GET')).toMatchObject({
      query: '?prefix=a%2Fb',
      region: 'exchange',
    });
  });

  it('is read from the URL that was sent, not from the one it is routed as', () => {
    const url = `/regions/exchange/object-store/v1/AUTH_${PROJECT}/c/100%25`;
    const sent = { method: 'GET', url, originalUrl: url.replace('%25', '%'), headers: {} };
    expect(readSwiftRequest(sent, PROJECT).target).toMatchObject({ object: '100%' });
  });

  it.each([
    ['/v1/AUTH_other/c', 'denied'],
    [`/v1/AUTH_${PROJECT}/c/a%00b`, 'NULL'],
    [`/v1/AUTH_${PROJECT}/%ff`, 'UTF8'],
    [`/v2/AUTH_${PROJECT}/c`, 'version'],
    [`/v1/AUTH_${PROJECT}/${'c'.repeat(257)}`, 'longer than 256'],
    [`/v1/AUTH_${PROJECT}/c/${'o'.repeat(1025)}`, 'longer than 1024'],
  ])('%s is refused', (path, message) => {
    expect(() => read(path)).toThrow(message);
  });
});
