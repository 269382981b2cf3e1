import { readFileSync } from 'node:fs';
import { shortcomings } from '@ocx/testing/openapi-completeness';
import { expect, it } from 'vitest';
import { computeDocument } from '../src/compute.openapi.js';

it('the OpenAPI document tells every route, its schemas and its errors', async () => {
  const document = await computeDocument();
  expect(await shortcomings(document)).toEqual([]);
  const committed: unknown = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8'));
  expect(document).toEqual(committed);
});
