import { describe, expect, it } from 'vitest';
import { checkMetadata, metadataHeaders, readMetadataChange } from './account-metadata.js';

describe('account metadata', () => {
  it('is set, and removed by an empty value or by name', () => {
    const change = readMetadataChange({
      'x-account-meta-a': '1',
      'x-account-meta-b': '',
      'x-remove-account-meta-c': 'x',
      'x-container-meta-d': 'not ours',
    });
    expect(change).toEqual({ set: [{ name: 'a', value: '1' }], removed: ['b', 'c'] });
    expect(metadataHeaders(change.set)).toEqual({ 'x-account-meta-a': '1' });
  });

  it.each([
    [{ 'x-account-meta-': 'v' }, 'empty'],
    [{ [`x-account-meta-${'n'.repeat(129)}`]: 'v' }, 'name too long'],
    [{ 'x-account-meta-a': 'v'.repeat(257) }, 'longer than'],
  ])('is refused: %.40j', (headers, message) => {
    expect(() => readMetadataChange(headers)).toThrow(message);
  });

  it('is bounded altogether', () => {
    const items = (count: number, size: number) =>
      Array.from({ length: count }, (_, n) => ({ name: `n${String(n)}`, value: 'v'.repeat(size) }));
    expect(() => {
      checkMetadata(items(90, 40));
    }).not.toThrow();
    expect(() => {
      checkMetadata(items(91, 1));
    }).toThrow('Too many');
    expect(() => {
      checkMetadata(items(20, 256));
    }).toThrow('too large');
  });
});
