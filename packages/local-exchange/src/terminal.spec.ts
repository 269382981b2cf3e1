import { describe, expect, it } from 'vitest';
import { Terminal, duration } from './terminal.js';

function terminal(isTTY: boolean) {
  const written: string[] = [];
  return { written, terminal: new Terminal({ isTTY, write: (text) => written.push(text) }) };
}

describe('Terminal', () => {
  it('writes each line once and plainly where there is no terminal', async () => {
    const { written, terminal: plain } = terminal(false);
    await plain.step('rent a server', () => Promise.resolve(7), String);
    expect(written).toHaveLength(1);
    expect(written[0]).toMatch(/^ {4}✓ rent a server {2}7 +\d+ ms\n$/);
  });

  it('marks a step that failed and passes its error on', async () => {
    const { written, terminal: plain } = terminal(false);
    await expect(plain.step('rent', () => Promise.reject(new Error('no funds')))).rejects.toThrow('no funds');
    expect(written.join('')).toContain('✗ rent');
  });

  it('aligns columns, numbers to the right', () => {
    const { written, terminal: plain } = terminal(false);
    plain.table(
      ['landlord', 'price'],
      [
        ['harvard', '5'],
        ['mit', '1200'],
      ],
    );
    expect(written).toEqual(['      landlord  price\n', '      harvard       5\n', '      mit        1200\n']);
  });

  it('says durations in the unit a person would', () => {
    expect([duration(4), duration(1234)]).toEqual(['4 ms', '1.2 s']);
  });
});
