import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { IdentityProcess } from './identity-process.js';

const document = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, unknown>>;
};
const paths = Object.entries(document.paths).flatMap(([path, methods]) => ('get' in methods ? [path] : []));
/** What differs from one answer to the next. */
const OF_ITS_OWN = [
  'date',
  'x-openstack-request-id',
  'x-compute-request-id',
  'set-cookie',
  'content-length',
  'connection',
  'keep-alive',
];

let identity: IdentityProcess;
let userId: string;
beforeAll(async () => {
  identity = await IdentityProcess.start();
  userId = (await identity.admin('GET', '/v3/users?name=admin')).body.users[0].id as string;
});
afterAll(() => identity.stop());

it('there are routes to ask', () => {
  expect(paths.length).toBeGreaterThan(80);
});

it.each(paths)('HEAD %s answers as GET does, without a body', async (path) => {
  const route = path
    .replace('{user_id}', userId)
    .replace('{domain_id}', 'default')
    .replace(/\{[^}]+\}/g, 'unknown');
  const call = { headers: { 'x-auth-token': identity.adminToken, 'x-subject-token': identity.adminToken } };
  const [got, head] = [await identity.call('GET', route, call), await identity.call('HEAD', route, call)];
  expect([head.status, head.text]).toEqual([got.status, '']);
  const headers = (from: Headers) =>
    Object.fromEntries(
      [...from]
        .filter(([name]) => !OF_ITS_OWN.includes(name))
        .map(([name, value]) => [name, value.replace('; charset=utf-8', '')]),
    );
  expect(headers(head.headers)).toEqual(headers(got.headers));
  expect((await identity.call('HEAD', route)).status).toBe((await identity.call('GET', route)).status);
});
