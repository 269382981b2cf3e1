import { describe, expect, it } from 'vitest';
import { isAllowed } from './access-rules.js';

const allows = (path: string, asked: string, method = 'GET') =>
  isAllowed([{ service: 'compute', method: 'GET', path }], { service: 'compute', method, path: asked });

describe('isAllowed', () => {
  it.each([
    ['/v2.1/servers', '/v2.1/servers', true],
    ['/v2.1/servers', '/v2.1/servers/1', false],
    ['/v2.1/servers/*', '/v2.1/servers/1', true],
    ['/v2.1/servers/*', '/v2.1/servers/1/ips', false],
    ['/v2.1/servers/{id}/ips', '/v2.1/servers/1/ips', true],
    ['/v2.1/**', '/v2.1/servers/1/ips', true],
    ['/v2x1/servers', '/v2.1/servers', false],
    ['/v2.1/servers', '/v2x1/servers', false],
  ])('%s against %s: %s', (rule, path, expected) => {
    expect(allows(rule, path)).toBe(expected);
  });

  it('binds service and method', () => {
    expect(allows('/v2.1/servers', '/v2.1/servers', 'DELETE')).toBe(false);
    expect(isAllowed([], { service: 'compute', method: 'GET', path: '/' })).toBe(false);
  });
});
