import { InvalidInput } from '@ocx/service-kit/errors';
import { describe, expect, it } from 'vitest';
import {
  formatAddress,
  formatCidr,
  gatewayOf,
  hostRange,
  macFor,
  parseCidr,
  subnetAt,
  subnetCount,
} from './subnets.js';

describe('subnets', () => {
  const pool = parseCidr('10.201.0.0/16');

  it('are cut from the pool without overlap', () => {
    expect(subnetCount(pool, 26)).toBe(1024);
    expect(formatCidr(subnetAt(pool, 26, 0))).toBe('10.201.0.0/26');
    expect(formatCidr(subnetAt(pool, 26, 5))).toBe('10.201.1.64/26');
    expect(formatCidr(subnetAt(pool, 26, 1023))).toBe('10.201.255.192/26');
  });

  it('keep network, gateway and broadcast for themselves', () => {
    const subnet = subnetAt(pool, 26, 1);
    const { first, last } = hostRange(subnet);
    expect([gatewayOf(subnet), formatAddress(first), formatAddress(last)]).toEqual([
      '10.201.0.65',
      '10.201.0.66',
      '10.201.0.126',
    ]);
    expect(macFor(first)).toBe('02:42:0a:c9:00:42');
  });

  it('are refused when they are none', () => {
    for (const cidr of ['10.0.0.0', '10.0.0.256/24', '10.0.0.0/33', 'x/8']) {
      expect(() => parseCidr(cidr)).toThrow(InvalidInput);
    }
  });
});
