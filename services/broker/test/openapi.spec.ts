import { shortcomings } from '@ocx/testing/openapi-completeness';
import { expect, it } from 'vitest';
import committed from '../openapi.json' with { type: 'json' };
import { brokerDocument } from '../src/broker.openapi.js';

it('the OpenAPI document tells every route, its schemas and its errors', async () => {
  const document = await brokerDocument();
  expect(await shortcomings(document)).toEqual([]);
  expect(document).toEqual(committed);
});
