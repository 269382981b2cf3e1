import { z } from 'zod';
import type { RemoteAttributes } from './mapping-engine.js';

const Values = z.union([z.string(), z.array(z.string())]);
const Attributes = z.record(z.string(), Values);

/**
 * What an identity provider might say, from a file: a JSON object of attributes with a value or a list of values each,
 * or, as Keystone's `mapping_engine` has it, lines of `NAME: value;value`. Throws when it is neither.
 */
export function readAssertion(text: string): RemoteAttributes {
  if (text.trimStart().startsWith('{')) {
    const said = Object.entries(Attributes.parse(JSON.parse(text)));
    return Object.fromEntries(said.map(([name, values]) => [name, [values].flat()]));
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      // Names of attributes are often URNs, so a colon before a space says more than the first one.
      const spaced = line.search(/:(?=\s|$)/);
      const colon = spaced < 0 ? line.indexOf(':') : spaced;
      if (colon < 1) throw new Error(`This is no attribute: ${line.trim()}`);
      const values = line.slice(colon + 1).trim();
      return [line.slice(0, colon).trim(), values === '' ? [] : values.split(';')];
    }),
  );
}
