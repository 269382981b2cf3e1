import { describe, expect, it } from 'vitest';
import { parseContainerObject, parseSwiftPath, routableSwiftUrl } from './path.js';

describe('Swift paths', () => {
  it.each([
    ['/v1/AUTH_a', { kind: 'account', account: 'AUTH_a' }],
    ['/v1/AUTH_a/', { kind: 'account', account: 'AUTH_a' }],
    ['/v1/AUTH_a/c', { kind: 'container', account: 'AUTH_a', container: 'c' }],
    ['/v1/AUTH_a/c/', { kind: 'container', account: 'AUTH_a', container: 'c' }],
    ['/v1/AUTH_a/c/o', { kind: 'object', account: 'AUTH_a', container: 'c', object: 'o' }],
    ['/v1/AUTH_a/c%2Fo', { kind: 'object', account: 'AUTH_a', container: 'c', object: 'o' }],
    ['/v1/AUTH_a/c/../x', { kind: 'object', account: 'AUTH_a', container: 'c', object: '../x' }],
    ['/v1/AUTH_a/c//', { kind: 'object', account: 'AUTH_a', container: 'c', object: '/' }],
    ['/v1/AUTH_a/c/50%', { kind: 'object', account: 'AUTH_a', container: 'c', object: '50%' }],
    ['/v1/AUTH_a/c/%E4%F6', { problem: 'invalid-utf8' }],
    ['/v1/AUTH_a/c/%00', { problem: 'invalid-utf8' }],
    ['/v1/AUTH_a//o', { problem: 'bad-url' }],
    ['/v1', { problem: 'bad-url' }],
    ['/v1/', { problem: 'bad-url' }],
    ['/v2/AUTH_a', { problem: 'bad-version' }],
  ])('%s', (path, target) => {
    expect(parseSwiftPath(path)).toEqual(target);
  });

  it.each([
    ['/v1/AUTH_a/c/a%20b?prefix=%', '/v1/AUTH_a/c/a%20b?prefix=%'],
    ['/v1/AUTH_a/c/100%?prefix=100%', '/v1/AUTH_a/c/100%25?prefix=100%'],
    ['/v1/AUTH_a/c/%ff', '/v1/AUTH_a/c/%25ff'],
  ])('%s is routed as %s', (url, routed) => {
    expect(routableSwiftUrl(url)).toBe(routed);
  });

  it('reads container/object headers', () => {
    expect(parseContainerObject('/c/a%20b/c')).toEqual({ container: 'c', object: 'a b/c' });
    expect(parseContainerObject('c')).toBeUndefined();
    expect(parseContainerObject('/c/')).toBeUndefined();
  });
});
