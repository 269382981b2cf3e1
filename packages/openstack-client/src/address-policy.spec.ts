import { describe, expect, it } from 'vitest';
import { AddressPolicy, AddressRefused } from './address-policy.js';

const STORAGE = new URL('https://8.8.4.4:8811');

describe('an address that another party told us', () => {
  const policy = new AddressPolicy(['127.0.0.1:10810-10937', '10.9.0.0/16', 'localhost:7']);

  it('is called when it is the party’s own and public', async () => {
    expect(await policy.resolveOwn(new URL('http://8.8.4.4:10809'), STORAGE)).toBe('8.8.4.4');
    expect(await policy.resolveOwn(new URL('http://[::ffff:8.8.4.4]:10809'), STORAGE)).toBe('::ffff:808:404');
  });

  it.each(['http://127.0.0.1:10810', 'http://127.0.0.1:10937', 'http://10.9.1.1:5', 'http://localhost:7'])(
    'is called when the operator listed it: %s',
    async (url) => {
      expect(await policy.resolveOwn(new URL(url), STORAGE)).toBeTruthy();
    },
  );

  it.each([
    'http://8.8.8.8:10809',
    'http://127.0.0.1:5432',
    'http://127.0.0.1:10809',
    'http://127.0.0.1:10938',
    'http://169.254.169.254:80',
    'http://[::1]:10810',
    'http://10.8.0.1:5',
  ])('is refused otherwise: %s', async (url) => {
    await expect(policy.resolveOwn(new URL(url), STORAGE)).rejects.toThrow(AddressRefused);
  });

  it('is not called for being the party’s own, when that is loopback', async () => {
    const party = new URL('http://127.0.0.1:10810');
    await expect(policy.resolveOwn(new URL('http://127.0.0.1:5432'), party)).rejects.toThrow(AddressRefused);
  });

  it('cannot be listed by what is no rule', () => {
    expect(() => new AddressPolicy(['10.0.0.0/99'])).toThrow();
    expect(() => new AddressPolicy(['http://x y'])).toThrow();
  });
});
