import { TEST_PROJECT } from '@ocx/testing/token-mint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CloudOfDoubles } from './proxy-exchange.js';

const ACCOUNT = `AUTH_${TEST_PROJECT.id}`;

let cloud: CloudOfDoubles;
let token: string;

beforeAll(async () => {
  cloud = await CloudOfDoubles.start();
  token = await cloud.exchange.token();
});

afterAll(() => cloud.exchange.stop());

describe('objects', () => {
  it('places containers, merges the account, streams objects', async () => {
    expect((await cloud.objects('PUT', `${ACCOUNT}/c1`, token)).status).toBe(201);
    const there = await cloud.objects('PUT', `${ACCOUNT}/c2`, token, {
      headers: { 'x-storage-policy': 'standard@granite' },
    });
    expect(there.status).toBe(201);
    expect(cloud.bluestone.containers.has('c1')).toBe(true);
    expect(cloud.granite.containers.has('c2')).toBe(true);
    const head = await cloud.objects('HEAD', `${ACCOUNT}/c2`, token);
    expect(head.headers.get('x-storage-policy')).toBe('standard@granite');
    expect(head.headers.get('set-cookie')).toBeNull();
    const moved = await cloud.objects('PUT', `${ACCOUNT}/c1`, token, {
      headers: { 'x-storage-policy': 'standard@granite' },
    });
    expect(moved.status).toBe(409);
    expect(await (await cloud.objects('GET', ACCOUNT, token)).text()).toBe('c1\nc2\n');
    expect((await cloud.objects('PUT', `${ACCOUNT}/c1/a.txt`, token, { body: 'hello' })).status).toBe(201);
    const got = await cloud.objects('GET', `${ACCOUNT}/c1/a.txt`, token);
    expect(await got.text()).toBe('hello');
    expect(got.headers.get('content-security-policy')).toBe('sandbox');
    expect(got.headers.get('x-content-type-options')).toBe('nosniff');
    const length = (await cloud.objects('HEAD', `${ACCOUNT}/c1/a.txt`, token)).headers.get('content-length');
    expect(length).toBe('5');
  });

  it('copies across landlords through the broker', async () => {
    const copied = await cloud.objects('PUT', `${ACCOUNT}/c2/b.txt`, token, { headers: { 'x-copy-from': 'c1/a.txt' } });
    expect(copied.status).toBe(201);
    expect(await (await cloud.objects('GET', `${ACCOUNT}/c2/b.txt`, token)).text()).toBe('hello');
  });

  it.each(['..%2f..%2fx', '%2e%2e/%2e%2e/x', 'a/../../b', '../../../../etc/passwd'])(
    'lets the object %s stay in its container',
    async (name) => {
      const before = cloud.bluestone.requests.length;
      expect((await cloud.raw('PUT', `${ACCOUNT}/c1/${name}`, token)).status).toBe(201);
      const sent = cloud.bluestone.requests.slice(before).map(({ url }) => url);
      expect(sent).toHaveLength(1);
      expect(sent[0]?.startsWith(`/v1/${ACCOUNT}/c1/`)).toBe(true);
      expect(sent[0]).not.toContain('..');
    },
  );

  it.each([
    ['100%', '100%25'],
    ['%zz', '%25zz'],
    ['%2', '%252'],
    ['%2541', '%2541'],
    ['caf%c3%A9%', 'caf%C3%A9%25'],
  ])('takes a stray %% for itself and undoes one encoding: %s', async (name, atLandlord) => {
    for (const [path, expected] of [
      [`c1/${name}`, `c1/${atLandlord}`],
      [`c-${name}`, `c-${atLandlord}`],
    ] as const) {
      const before = cloud.bluestone.requests.length;
      for (const [method, status] of [
        ['PUT', 201],
        ['DELETE', 204],
      ] as const) {
        const answer = await cloud.raw(method, `${ACCOUNT}/${path}`, token);
        expect([method, path, answer.status]).toEqual([method, path, status]);
      }
      const sent = cloud.bluestone.requests.slice(before).map(({ url }) => url);
      expect(sent).toEqual([`/v1/${ACCOUNT}/${expected}`, `/v1/${ACCOUNT}/${expected}`]);
    }
  });

  it.each(['a%00b', '%ff%fe', '%ff%', '%c3%28', '%ed%a0%80'])(
    'refuses a name with NUL or that is not UTF-8, as Swift does: %s',
    async (name) => {
      const before = cloud.bluestone.requests.length;
      for (const path of [`c1/${name}`, name]) {
        const refused = await cloud.raw('PUT', `${ACCOUNT}/${path}`, token);
        expect(refused).toMatchObject({ status: 412, type: 'text/html; charset=UTF-8' });
        expect(refused.text).toContain('Invalid UTF8 or contains NULL');
        expect((await cloud.raw('PUT', `${ACCOUNT}/${path}`, 'no-token')).status).toBe(401);
      }
      expect(cloud.bluestone.requests).toHaveLength(before);
    },
  );

  it('refuses bytes that no URL may hold before anything reads them', async () => {
    const before = cloud.bluestone.requests.length;
    for (const name of ['caf\xc3\xa9', 'caf\xe9']) {
      expect((await cloud.raw('PUT', `${ACCOUNT}/c1/${name}`, token)).status).toBe(400);
    }
    expect(cloud.bluestone.requests).toHaveLength(before);
  });

  it('refuses another account and an unknown container', async () => {
    expect((await cloud.objects('GET', 'AUTH_other/c1', token)).status).toBe(403);
    expect((await cloud.objects('GET', `${ACCOUNT}/none`, token)).status).toBe(404);
    expect((await fetch(`${cloud.exchange.objectUrl}/info`)).status).toBe(200);
  });
});

describe('an account', () => {
  const post = (headers: Record<string, string>) => cloud.objects('POST', ACCOUNT, token, { headers });
  const item = async (name: string) =>
    (await cloud.objects('HEAD', ACCOUNT, token)).headers.get(`x-account-meta-${name}`);

  it('keeps its metadata at the broker, and tells no landlord', async () => {
    const before = cloud.bluestone.requests.length + cloud.granite.requests.length;
    expect((await post({ 'x-account-meta-Colour': 'green', 'x-account-meta-Size': 'large' })).status).toBe(204);
    expect(cloud.bluestone.requests.length + cloud.granite.requests.length).toBe(before);
    expect(await item('colour')).toBe('green');
    expect((await cloud.objects('GET', ACCOUNT, token)).headers.get('x-account-meta-size')).toBe('large');
    expect((await post({ 'x-account-meta-colour': 'red', 'x-remove-account-meta-size': 'x' })).status).toBe(204);
    expect([await item('colour'), await item('size')]).toEqual(['red', null]);
    expect((await post({ 'x-account-meta-colour': '' })).status).toBe(204);
    expect(await item('colour')).toBeNull();
  });

  it('takes what Swift takes, and nothing half', async () => {
    expect((await post({ 'x-account-meta-a': 'kept', 'x-account-meta-long': 'x'.repeat(257) })).status).toBe(400);
    expect(await item('a')).toBeNull();
    const many = Object.fromEntries(Array.from({ length: 91 }, (_, n) => [`x-account-meta-n${String(n)}`, 'v']));
    const refused = await post(many);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('Too many metadata items');
    expect(await item('n0')).toBeNull();
  });

  it('is of one project alone, and a reader changes nothing of it', async () => {
    const reader = await cloud.exchange.token({ roles: ['reader'] });
    const headers = { 'x-account-meta-a': 'b' };
    expect((await cloud.objects('POST', ACCOUNT, reader, { headers })).status).toBe(403);
    expect((await cloud.objects('POST', 'AUTH_other', token, { headers })).status).toBe(403);
  });

  it.each([ACCOUNT, `${ACCOUNT}/c1`])('refuses a temporary-URL key on %s instead of keeping it', async (path) => {
    const kind = path === ACCOUNT ? 'account' : 'container';
    const headers = { [`x-${kind}-meta-temp-url-key`]: 'secret', [`x-${kind}-meta-colour`]: 'blue' };
    const before = cloud.bluestone.requests.length;
    const refused = await cloud.objects('POST', path, token, { headers });
    expect(refused.status).toBe(400);
    expect(refused.headers.get('content-type')).toBe('text/html; charset=UTF-8');
    expect(refused.headers.get('x-trans-id')).toMatch(/^tx/);
    const said = await refused.text();
    expect(said).toMatch(
      /^<html><h1>Bad Request<\/h1><p>Temporary URLs are not available in this cloud.*<\/p><\/html>$/,
    );
    expect(said).not.toContain('secret');
    expect(cloud.bluestone.requests).toHaveLength(before);
    expect(await item('colour')).toBeNull();
  });

  it('tells what it can do without a token, beside the account too', async () => {
    const at = (path: string) => fetch(`${cloud.exchange.objectUrl}${path}`);
    const info = await at('/info');
    // A capability that is not named is not there: no temporary URLs, whose keys are refused.
    expect(Object.keys((await info.clone().json()) as object)).toEqual(['swift', 'slo', 'dlo']);
    expect(await (await at('/regions/exchange/object-store/info')).json()).toEqual(await info.json());
    const granite = await at('/regions/granite/object-store/info');
    expect(JSON.stringify(await granite.json())).not.toContain('bluestone');
    expect((await at('/regions/nowhere/object-store/info')).status).toBe(404);
    expect((await at('/regions/exchange/object-store/v1/info')).status).toBe(401);
  });

  it('lists the containers of a silent landlord with what was last known of them', async () => {
    const listed = async () => {
      const answer = await cloud.objects('GET', `${ACCOUNT}?format=json`, token);
      const rows = (await answer.json()) as { name: string; count: number; bytes: number }[];
      return { partial: answer.headers.get('x-ocx-partial'), c2: rows.find(({ name }) => name === 'c2') };
    };
    const { c2 } = await listed();
    expect(c2).toMatchObject({ count: 1, bytes: 5 });
    await cloud.granite.landlord.stop();
    await expect.poll(listed, { timeout: 10_000 }).toMatchObject({ partial: 'granite', c2: { count: 1, bytes: 5 } });
  });
});
