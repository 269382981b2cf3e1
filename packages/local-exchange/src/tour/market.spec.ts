import { describe, expect, it } from 'vitest';
import { credits } from './market.js';

describe('credits', () => {
  it.each([
    ['0', '0.000000'],
    ['1', '0.000001'],
    ['20000', '0.020000'],
    ['1234567890', '1234.567890'],
    ['-5', '-0.000005'],
  ])('%s micro-credits read %s', (micro, text) => {
    expect(credits(micro)).toBe(text);
  });
});
