import { describe, expect, it } from 'vitest';
import { exportAddress, storageEndpoint } from './storage-address.js';

describe('the endpoint of a storage landlord', () => {
  it.each([
    ['https://storage.example', 'https://storage.example'],
    ['http://127.0.0.1:8811/', 'http://127.0.0.1:8811'],
    ['https://[2001:db8::1]:8811/ocx/storage-1.a', 'https://[2001:db8::1]:8811/ocx/storage-1.a'],
  ])('is a plain place: %s', (given, kept) => {
    expect(storageEndpoint(given)).toBe(kept);
  });

  it.each([
    'ftp://storage.example',
    'https://user@storage.example',
    'https://storage.example?x=1',
    'https://storage.example/#x',
    'https://storage.example/../landlord',
    'https://storage.example/%2e%2e/x',
    'https://storage.example//x',
    'https://storage.example\\@127.0.0.1',
    'https://storage.example/\tx',
    'https://storage.example:99999',
    'https://',
    'https://[::1',
  ])('is nothing else: %j', (given) => {
    expect(() => storageEndpoint(given)).toThrow('storage.endpoint');
  });
});

describe('the address of an export', () => {
  it.each([
    ['storage.example', 'storage.example'],
    ['10.0.0.1', '10.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['::ffff:127.0.0.1', '[::ffff:7f00:1]'],
  ])('%s', (host, seen) => {
    const address = exportAddress(host, 80);
    expect([address.hostname, address.port]).toEqual([seen, '80']);
  });

  it.each(['', 'a@b', 'a/b', 'a:1', '[::1]', 'a b', '/run/socket', '-x'])('is a host alone: %j', (host) => {
    expect(() => exportAddress(host, 10_809)).toThrow('no usable address');
  });
});
