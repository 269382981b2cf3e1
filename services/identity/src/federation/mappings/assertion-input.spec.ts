import { describe, expect, it } from 'vitest';
import { readAssertion } from './assertion-input.js';

describe('readAssertion', () => {
  it('reads lines as Keystone’s mapping_engine does', () => {
    expect(readAssertion('REMOTE_USER: ada\n\nurn:oid:1.2: a;b\nnone:\n')).toEqual({
      REMOTE_USER: ['ada'],
      'urn:oid:1.2': ['a', 'b'],
      none: [],
    });
  });
  it('reads JSON', () => {
    expect(readAssertion(' {"mail": "a@b", "groups": ["x", "y;z"]}')).toEqual({ mail: ['a@b'], groups: ['x', 'y;z'] });
  });
  it.each(['ada', ': ada', '{"mail": 1}', '{"mail"'])('refuses %s', (text) => {
    expect(() => readAssertion(text)).toThrow();
  });
});
