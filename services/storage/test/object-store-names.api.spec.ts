import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StorageUnderTest, SwiftUser } from './object-store-service.js';

describe('names, containers and listings', () => {
  let service: StorageUnderTest;
  let user: SwiftUser;
  let root: string;

  beforeAll(async () => {
    service = await StorageUnderTest.start();
    user = await SwiftUser.of(service, 'a'.repeat(32));
    root = `/v1/${user.account}`;
    await user.call('PUT', '/c');
  });
  afterAll(() => service.stop());

  it.each(['../../../etc/passwd', '..', '.', '%2e%2e/%2e%2e/x', 'a//b', '/lead', 'trail/', '%25'])(
    'takes %s for a name, not a path',
    async (name) => {
      const before = await readdir(service.dataDir);
      expect((await user.raw('PUT', `${root}/c/${name}`)).status).toBe(201);
      expect((await user.raw('GET', `${root}/c/${name}`)).status).toBe(200);
      expect((await user.raw('GET', `${root}/c`)).text.split('\n')).toContain(decodeURIComponent(name));
      expect((await user.raw('DELETE', `${root}/c/${name}`)).status).toBe(204);
      expect(await readdir(service.dataDir)).toEqual(before);
    },
  );

  it.each([
    ['NUL', '/c/a%00b', 412],
    ['invalid UTF-8', '/c/%ff%fe', 412],
    ['an object name over 1024 bytes', `/c/${'x'.repeat(1025)}`, 400],
    ['a container name over 256 bytes', `/${'x'.repeat(257)}`, 400],
    ['an object without a container', '//o', 412],
  ])('refuses %s', async (_, path, status) => {
    expect((await user.raw('PUT', `${root}${path}`)).status).toBe(status);
  });

  it('takes a stray % for itself', async () => {
    expect((await user.raw('PUT', `${root}/c/100%`)).status).toBe(201);
    expect((await user.raw('GET', `${root}/c/100%25`)).status).toBe(200);
    expect((await user.raw('DELETE', `${root}/c/100%`)).status).toBe(204);
  });

  it('splits a path after decoding it, as Swift does', async () => {
    expect((await user.raw('PUT', `${root}/c%2Fslashed`)).status).toBe(201);
    expect((await user.raw('GET', `${root}/c/slashed`)).status).toBe(200);
    expect((await user.raw('DELETE', `${root}/c/slashed`)).status).toBe(204);
    expect((await user.raw('GET', '/v1/')).status).toBe(412);
    expect((await user.raw('GET', `/v2/${user.account}`)).status).toBe(404);
  });

  it('needs a length', async () => {
    const answer = await user.raw('PUT', `${root}/c/o`, { 'content-length': String(6 * 1024 ** 3) });
    expect(answer.status).toBe(413);
  });

  it('creates, describes and deletes containers', async () => {
    expect((await user.call('PUT', '/k', { headers: { 'x-container-meta-a': '1' } })).status).toBe(201);
    expect((await user.call('PUT', '/k', { headers: { 'x-container-meta-b': '2' } })).status).toBe(202);
    expect((await user.call('POST', '/k', { headers: { 'x-remove-container-meta-a': 'x' } })).status).toBe(204);
    const head = await user.call('HEAD', '/k');
    expect(head.status).toBe(204);
    expect(head.headers.get('x-container-meta-a')).toBeNull();
    expect(head.headers.get('x-container-meta-b')).toBe('2');
    expect(head.headers.get('x-storage-policy')).toBe('standard');
    await user.call('PUT', '/k/o', { body: 'x' });
    expect((await user.call('DELETE', '/k')).status).toBe(409);
    await user.call('DELETE', '/k/o');
    expect((await user.call('DELETE', '/k')).status).toBe(204);
    expect((await user.call('DELETE', '/k')).status).toBe(404);
    expect((await user.call('POST', '/k')).status).toBe(404);
  });

  it('refuses another policy and what it cannot do', async () => {
    expect((await user.call('PUT', '/p', { headers: { 'x-storage-policy': 'gold' } })).status).toBe(400);
    expect((await user.call('PUT', '/p', { headers: { 'x-storage-policy': 'Standard' } })).status).toBe(201);
    expect((await user.call('PUT', '/p', { headers: { 'x-container-read': '.r:*' } })).status).toBe(501);
    expect((await user.call('PUT', '')).status).toBe(405);
  });

  it('keeps account metadata', async () => {
    expect((await user.call('POST', '', { headers: { 'x-account-meta-a': '1' } })).status).toBe(204);
    expect((await user.call('HEAD', '')).headers.get('x-account-meta-a')).toBe('1');
    expect((await user.call('POST', '', { headers: { 'x-account-meta-a': '' } })).status).toBe(204);
    expect((await user.call('HEAD', '')).headers.get('x-account-meta-a')).toBeNull();
  });

  describe('listings', () => {
    const names = ['a', 'a/b', 'a/b/c', 'a/d', 'b/', 'b/x', 'c', 'ä', '%like_'];
    const list = async (query: string) =>
      (await user.call('GET', `/l?${query}`)).text.split('\n').filter((n) => n !== '');

    beforeAll(async () => {
      await user.call('PUT', '/l');
      for (const name of names) {
        const options = { body: 'x', headers: { 'content-type': 'text/plain' } };
        await user.call('PUT', `/l/${encodeURIComponent(name).replaceAll('%2F', '/')}`, options);
      }
    });

    it.each([
      ['', ['%like_', 'a', 'a/b', 'a/b/c', 'a/d', 'b/', 'b/x', 'c', 'ä']],
      ['limit=2', ['%like_', 'a']],
      ['limit=0', []],
      ['limit=many&prefix=c', ['c']],
      ['marker=a/d', ['b/', 'b/x', 'c', 'ä']],
      ['marker=a&end_marker=b/', ['a/b', 'a/b/c', 'a/d']],
      ['prefix=a/', ['a/b', 'a/b/c', 'a/d']],
      ['prefix=%25', ['%like_']],
      ['delimiter=/', ['%like_', 'a', 'a/', 'b/', 'c', 'ä']],
      ['delimiter=/&limit=3', ['%like_', 'a', 'a/']],
      ['delimiter=/&marker=a/', ['b/', 'c', 'ä']],
      ['delimiter=/&prefix=a/', ['a/b', 'a/b/', 'a/d']],
      ['path=a', ['a/b', 'a/d']],
      ['path=', ['%like_', 'a', 'b/', 'c', 'ä']],
      ['reverse=true', ['ä', 'c', 'b/x', 'b/', 'a/d', 'a/b/c', 'a/b', 'a', '%like_']],
      ['reverse=true&marker=b/&limit=2', ['a/d', 'a/b/c']],
      ['reverse=true&delimiter=/', ['ä', 'c', 'b/', 'a/', 'a', '%like_']],
      ['delimiter=/b', ['%like_', 'a', 'a/b', 'a/d', 'b/', 'b/x', 'c', 'ä']],
    ])('?%s', async (query, expected) => {
      expect(await list(query)).toEqual(expected);
    });

    it('speaks JSON and XML by format and by Accept', async () => {
      const json = await user.call('GET', '/l?format=json&prefix=a/b&delimiter=/c');
      expect(json.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(JSON.parse(json.text)).toEqual([
        {
          name: 'a/b',
          hash: '9dd4e461268c8034f5c8564e155c67a6',
          bytes: 1,
          content_type: 'text/plain',
          last_modified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/) as unknown,
        },
        { subdir: 'a/b/c' },
      ]);
      const accept = await user.call('GET', '/l', { headers: { accept: 'application/json' } });
      expect(JSON.parse(accept.text)).toHaveLength(names.length);
      const xml = await user.call('GET', '/l?format=xml&prefix=a&delimiter=/');
      expect(xml.text).toContain('<?xml version="1.0" encoding="UTF-8"?>\n<container name="l"><object><name>a</name>');
      expect(xml.text).toContain('<subdir name="a/"><name>a/</name></subdir></container>');
      expect((await user.call('GET', '/l', { headers: { accept: 'image/png' } })).status).toBe(406);
      expect((await user.call('GET', '/l?limit=10001')).status).toBe(412);
      expect((await user.call('GET', '/l?prefix=zzz')).status).toBe(204);
    });

    it('lists containers', async () => {
      const all = JSON.parse((await user.call('GET', '?format=json&prefix=l')).text) as object[];
      expect(all).toMatchObject([{ name: 'l', count: names.length, bytes: names.length }]);
      expect((await user.call('GET', '?format=xml&prefix=l')).text).toContain(
        `<account name="${user.account}"><container>`,
      );
    });
  });

  it('deletes in bulk', async () => {
    await user.call('PUT', '/bulk');
    await user.call('PUT', '/bulk/a%20b', { body: 'x' });
    const options = {
      headers: { 'content-type': 'text/plain', accept: 'application/json' },
      body: 'bulk/a%20b\n/bulk/none\nl\nbulk\n',
    };
    const answer = await user.call('POST', '?bulk-delete', options);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({
      'Number Deleted': 2,
      'Number Not Found': 1,
      'Response Status': '400 Bad Request',
      Errors: [['l', '409 Conflict']],
    });
  });

  it('tells in /info what it can', async () => {
    const info = (await (await fetch(`${service.url}/info`)).json()) as Record<string, unknown>;
    expect(Object.keys(info).sort()).toEqual(['bulk_delete', 'dlo', 'slo', 'swift']);
  });
});
