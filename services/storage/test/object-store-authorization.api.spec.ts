import { routesOf } from '@ocx/service-kit/routes';
import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StorageUnderTest, SwiftUser } from './object-store-service.js';

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'COPY'];
const PATHS = ['', '/c', '/c/o'];
const WRITES = ['PUT', 'POST', 'DELETE', 'COPY'];

describe('who may call the object store', () => {
  let service: StorageUnderTest;
  let owner: SwiftUser;

  beforeAll(async () => {
    service = await StorageUnderTest.start();
    owner = await SwiftUser.of(service, TEST_PROJECT.id);
    await owner.call('PUT', '/c');
    await owner.call('PUT', '/c/o', { body: 'secret' });
  });
  afterAll(() => service.stop());

  const status = async (method: string, path: string, headers: Record<string, string>) =>
    (await fetch(`${service.url}/v1/${owner.account}${path}`, { method, headers })).status;

  it('covers every route there is', () => {
    const routes = routesOf(service.app).filter(({ path }) => /^\/(v1|info)/.test(path));
    const methods = routes.filter(({ path }) => path === '/v1/*').map(({ method }) => method);
    expect(methods.sort()).toEqual([...METHODS].sort());
    expect(routes.filter(({ path }) => !path.endsWith('*')).map(({ path }) => path)).toEqual(['/info']);
  });

  it('asks everybody for a token', async () => {
    for (const method of METHODS) {
      for (const path of PATHS) {
        expect([method, path, await status(method, path, {})]).toEqual([method, path, 401]);
        expect([method, path, await status(method, path, { 'x-auth-token': 'x' })]).toEqual([method, path, 401]);
      }
    }
  });

  it('refuses bad tokens', async () => {
    const identity = service.identity;
    for (const flaw of [
      { algorithm: 'none' as const },
      { algorithm: 'HS256' as const },
      { expiresIn: -60 },
      { kid: 'other' },
      { claims: { aud: 'somebody-else' } },
      { claims: { iss: 'http://evil.example/v3' } },
    ]) {
      const token = await identity.exchangeToken(flaw);
      expect(await status('GET', '/c/o', { 'x-auth-token': token })).toBe(401);
    }
  });

  it('shows no project another’s account, whatever the verb', async () => {
    const stranger = await service.identity.exchangeToken({
      project: { id: 'f'.repeat(32), name: 'other' },
      roles: ['admin'],
    });
    const unscoped = await service.identity.exchangeToken({ unscoped: true });
    for (const token of [stranger, unscoped]) {
      for (const method of METHODS) {
        for (const path of PATHS) expect(await status(method, path, { 'x-auth-token': token })).toBe(403);
      }
    }
    expect((await owner.call('GET', '/c/o')).text).toBe('secret');
  });

  it('lets a reader read, and nothing else', async () => {
    const token = await service.identity.exchangeToken({ roles: ['reader'] });
    for (const path of PATHS) {
      expect(await status('GET', path, { 'x-auth-token': token })).toBe(200);
      for (const method of WRITES) expect(await status(method, path, { 'x-auth-token': token })).toBe(403);
    }
  });

  it('is not fooled by the spelling of an account', async () => {
    const token = await service.identity.exchangeToken({ project: { id: 'f'.repeat(32), name: 'other' } });
    const spelled = encodeURIComponent(owner.account).replace('A', '%41');
    const own = `AUTH_${'f'.repeat(32)}`;
    for (const path of [`/v1/${spelled}/c/o`, `/v1/${own}%2F..%2F${owner.account}/c/o`, `/v1.0/${owner.account}/c/o`]) {
      const answer = await fetch(`${service.url}${path}`, { headers: { 'x-auth-token': token } });
      expect([403, 404]).toContain(answer.status);
    }
  });
});
