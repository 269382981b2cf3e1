import fc from 'fast-check';
import type { Schema } from './request-schemas.js';

/** What breaks programs that were not told of it. */
const NASTY: readonly unknown[] = [
  null,
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202e\u0301',
  '\r\nX-Injected: yes',
  '../../etc/passwd',
  "'; DROP TABLE users; --",
  '%s%n%00',
  '{{7*7}}${7*7}',
  'constructor',
  '__proto__',
  'x'.repeat(5_000),
  0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  1e308,
  true,
  [],
  [[]],
  {},
  { constructor: { prototype: {} } },
];

const nasty = fc.constantFrom(...NASTY);
export const nastyText = fc.oneof(
  fc.constantFrom(...NASTY.filter((value): value is string => typeof value === 'string')),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

function leaf(schema: Schema): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'integer':
    case 'number':
      return fc.integer({ min: schema.minimum ?? -10, max: Math.max(schema.minimum ?? 0, 100) });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      return fc.oneof(
        fc.constantFrom('a', 'default', '2040-01-01T00:00:00.000000Z', 'http://a.test/', '/v3/users'),
        fc.string({
          unit: 'grapheme',
          minLength: schema.minLength ?? 0,
          maxLength: Math.min(schema.maxLength ?? 40, 40),
        }),
      );
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function shaped(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return fc.oneof(...alternatives.map(hostileValue));
  if (schema.properties) {
    const fields = Object.fromEntries(
      Object.entries(schema.properties).map(([name, field]) => [name, hostileValue(field)]),
    );
    return fc.record(fields, { requiredKeys: [...(schema.required ?? [])], noNullPrototype: true });
  }
  if (schema.type === 'array') {
    return fc.array(hostileValue(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 3 });
  }
  return leaf(schema);
}

/** A value of the shape, or nearly: here and there something else stands in it. */
export function hostileValue(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 9, arbitrary: shaped(schema) }, { weight: 1, arbitrary: nasty });
}
