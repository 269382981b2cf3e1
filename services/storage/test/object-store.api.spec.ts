import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StorageUnderTest, SwiftUser } from './object-store-service.js';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

describe('object store of the landlord’s own users', () => {
  let service: StorageUnderTest;
  let user: SwiftUser;

  beforeAll(async () => {
    service = await StorageUnderTest.start();
    user = await SwiftUser.of(service, 'a'.repeat(32));
    expect((await user.call('PUT', '/c')).status).toBe(201);
  });
  afterAll(() => service.stop());

  it('answers for an account that was never used', async () => {
    const fresh = await SwiftUser.of(service, 'b'.repeat(32));
    const head = await fresh.call('HEAD', '');
    expect(head.status).toBe(204);
    expect(head.headers.get('x-account-container-count')).toBe('0');
    expect(head.headers.get('x-trans-id')).toMatch(/^tx[0-9a-f]{21}-[0-9a-f]{10}$/);
    expect(head.headers.get('x-openstack-request-id')).toMatch(/^req-/);
    expect((await fresh.call('GET', '')).status).toBe(204);
    expect((await fresh.call('GET', '?format=json')).text).toBe('[]');
  });

  it('stores an object and gives it back', async () => {
    const put = await user.call('PUT', '/c/o.txt', { body: 'hello', headers: { 'x-object-meta-colour': 'blue' } });
    expect(put.status).toBe(201);
    expect(put.headers.get('etag')).toBe(md5('hello'));
    const get = await user.call('GET', '/c/o.txt');
    expect(get).toMatchObject({ status: 200, text: 'hello' });
    expect(get.headers.get('etag')).toBe(md5('hello'));
    expect(get.headers.get('content-length')).toBe('5');
    expect(get.headers.get('x-object-meta-colour')).toBe('blue');
    const head = await user.call('HEAD', '/c/o.txt');
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe('5');
    expect((await user.call('DELETE', '/c/o.txt')).status).toBe(204);
    expect((await user.call('GET', '/c/o.txt')).status).toBe(404);
    expect((await user.call('DELETE', '/c/o.txt')).status).toBe(404);
  });
});
