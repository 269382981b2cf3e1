import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Answer, IdentityProcess } from './identity-process.js';

let identity: IdentityProcess;
beforeAll(async () => {
  identity = await IdentityProcess.start();
});
afterAll(() => identity.stop());

const admin = (method: string, route: string, json?: unknown): Promise<Answer> => identity.admin(method, route, json);
const post = (policy: unknown) => admin('POST', '/v3/policies', { policy });

it('policies are kept as they come, listed by type, changed and removed', async () => {
  const blob = '{"servers:start": "role:member"}';
  const made = await post({ blob, type: 'application/json' });
  expect(made.status).toBe(201);
  const { id } = made.body.policy as { id: string };
  const at = `/v3/policies/${id}`;
  expect(made.body.policy).toEqual({ id, blob, type: 'application/json', links: { self: identity.url + at } });
  await post({ blob: 'x', type: 'text/plain' });
  expect((await admin('GET', '/v3/policies')).body.policies).toHaveLength(2);
  const listed = await admin('GET', '/v3/policies?type=application/json');
  expect(listed.body.policies).toEqual([made.body.policy]);
  const changed = await admin('PATCH', at, { policy: { type: 'text/yaml' } });
  expect(changed.body.policy).toEqual({ ...made.body.policy, type: 'text/yaml' });
  expect((await admin('GET', at)).body).toEqual(changed.body);
  expect((await admin('PATCH', at, { policy: { id, blob: '' } })).body.policy.blob).toBe('');
  expect((await admin('PATCH', at, { policy: { id: 'other' } })).status).toBe(400);
  expect((await admin('PATCH', at, { policy: {} })).status).toBe(400);
  expect((await admin('DELETE', at)).status).toBe(204);
  for (const method of ['GET', 'DELETE']) expect((await admin(method, at)).status).toBe(404);
  expect((await admin('PATCH', at, { policy: { blob: 'x' } })).status).toBe(404);
});

it.each([[{}], [{ blob: 'x' }], [{ type: 'x' }], [{ blob: 1, type: 'x' }], [{ blob: 'x', type: '' }]])(
  'refuses %j',
  async (policy) => {
    expect((await post(policy)).status).toBe(400);
  },
);
