import { describe, expect, it } from 'vitest';
import { isAllowed } from './access-rules.js';

const rule = (path: string, service = 'compute', method = 'GET') => [{ service, method, path }];

describe('an access rule', () => {
  it.each([
    ['/v2.1/servers', '/regions/exchange/compute/v2.1/servers', true],
    ['/v2.1/servers', '/regions/exchange/compute/v2.1/servers/?limit=1', true],
    ['/v2.1/servers', '/regions/exchange/compute/v2.1/servers/x', false],
    ['/v2.1/servers/*', '/regions/mit/compute/v2.1/servers/x', true],
    ['/v2.1/servers/*', '/regions/mit/compute/v2.1/servers/x/action', false],
    ['/v2.1/servers/{id}/action', '/regions/mit/compute/v2.1/servers/x/action', true],
    ['/v2.1/**', '/regions/mit/compute/v2.1/servers/x/action', true],
    ['/v2.1/**', '/regions/mit/volume/v2.1/servers', false],
    ['/v2.1/servers', '/regions/exchange/compute/v2.1/servers?path=/v2.1/servers', true],
    ['/v2.1/servers', '/v2.1/servers', false],
    ['/v2.1/s.rvers', '/regions/exchange/compute/v2.1/servers', false],
  ])('for %s and %s: %s', (path, url, allowed) => {
    expect(isAllowed(rule(path), 'GET', url)).toBe(allowed);
  });

  it('is of one method and one service, by any name of it', () => {
    const url = '/regions/exchange/volume/v3/volumes';
    expect(isAllowed(rule('/v3/volumes', 'block-storage'), 'GET', url)).toBe(true);
    expect(isAllowed(rule('/v3/volumes', 'volumev3'), 'POST', url)).toBe(false);
    expect(isAllowed(rule('/v3/volumes', 'compute'), 'GET', url)).toBe(false);
    expect(isAllowed(rule('/v1/leases', 'exchange'), 'GET', '/exchange/v1/leases')).toBe(true);
    expect(isAllowed(rule('/v1/leases', 'compute'), 'GET', '/exchange/v1/leases')).toBe(false);
  });

  it('is needed only where there are rules, and none of them opens nothing', () => {
    expect(isAllowed(undefined, 'DELETE', '/regions/exchange/compute/v2.1/servers/x')).toBe(true);
    expect(isAllowed([], 'GET', '/regions/exchange/compute/v2.1/servers')).toBe(false);
  });
});
