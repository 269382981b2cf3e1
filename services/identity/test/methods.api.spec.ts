import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IdentityProcess } from './identity-process.js';

const document = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, unknown>>;
};
const paths = Object.entries(document.paths).map(([path, operations]): [string, string[]] => {
  const methods = Object.keys(operations).map((method) => method.toUpperCase());
  return [path, [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])].sort()];
});
const ALL = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

let identity: IdentityProcess;
beforeAll(async () => {
  identity = await IdentityProcess.start();
});
afterAll(() => identity.stop());

const filled = (path: string): string => path.replace(/\{[^}]+\}/g, 'unknown');
const ask = (method: string, path: string): Promise<Response> =>
  fetch(identity.url + filled(path), { method, redirect: 'manual' });
/** Also by the pattern of a neighbour: `/v3/limits/model` is a limit's path as well. */
const isThere = (method: string, path: string): boolean =>
  paths.some(
    ([pattern, methods]) =>
      methods.includes(method) && new RegExp(`^${pattern.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(filled(path)),
  );

describe('a path says by which methods it is there', () => {
  it.each(paths)('%s', async (path, methods) => {
    const options = await ask('OPTIONS', path);
    expect([options.status, options.headers.get('allow'), await options.text()]).toEqual([200, methods.join(', '), '']);
    for (const method of ALL.filter((one) => !isThere(one, path))) {
      const answer = await ask(method, path);
      expect([answer.status, answer.headers.get('allow')], method).toEqual([405, methods.join(', ')]);
      if (method === 'HEAD') continue;
      const message = 'The method is not allowed for the requested URL.';
      const body = (await answer.json()) as { error?: object };
      if (!path.startsWith('/v3/OS-OAUTH2/')) {
        expect(body).toEqual({ error: { code: 405, title: 'Method Not Allowed', message } });
      }
    }
  });

  it('and what is no path is not there by any', async () => {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const answer = await ask(method, '/v3/nothing/of/this');
      expect([answer.status, answer.headers.get('allow')]).toEqual([404, null]);
    }
    expect((await ask('PURGE', '/v3/users')).status).toBe(405);
    expect((await ask('DELETE', '/v3/users/?name=x')).status).toBe(405);
  });
});

it.each([
  ['what somebody may see', 200, '/v3/users', true],
  ['what nobody may', 401, '/v3/users', false],
  ['what everybody may', 200, '/v3', false],
  ['what is not there', 404, '/v3/nothing', true],
  ['what is malformed', 400, '/v3/users/%ff', true],
] as const)('of %s, no cache gives the answer to another', async (_, status, path, withToken) => {
  const headers: Record<string, string> = withToken ? { 'x-auth-token': identity.adminToken } : {};
  const answer = await fetch(identity.url + path, { headers });
  expect([answer.status, answer.headers.get('vary')]).toEqual([status, 'X-Auth-Token']);
  // Keystone knows no conditional requests: what is asked for is answered.
  expect(answer.headers.get('etag')).toBeNull();
  const conditional = await fetch(identity.url + path, { headers: { ...headers, 'if-none-match': '*' } });
  expect(conditional.status).toBe(status);
});
