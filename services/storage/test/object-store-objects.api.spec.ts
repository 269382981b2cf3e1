import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StorageUnderTest, SwiftUser } from './object-store-service.js';

const md5 = (bytes: string | Uint8Array) => createHash('md5').update(bytes).digest('hex');

describe('objects', () => {
  let service: StorageUnderTest;
  let user: SwiftUser;
  const put = (path: string, body = '0123456789', headers: Record<string, string> = {}) =>
    user.call('PUT', path, { body, headers });

  beforeAll(async () => {
    service = await StorageUnderTest.start({ OCX_OBJECT_EXPIRER_SECONDS: '1' });
    user = await SwiftUser.of(service, 'a'.repeat(32));
    await user.call('PUT', '/c');
    await user.call('PUT', '/d');
  });
  afterAll(() => service.stop());

  it('keeps the headers of an object', async () => {
    const headers = {
      'content-type': 'text/x-thing; charset=utf-8',
      'content-encoding': 'identity',
      'content-disposition': 'attachment; filename=x',
      'content-language': 'en',
      'cache-control': 'no-cache',
      expires: 'Thu, 01 Jan 2099 00:00:00 GMT',
    };
    await put('/c/h', 'x', headers);
    const head = await user.call('HEAD', '/c/h');
    for (const [name, value] of Object.entries(headers)) expect(head.headers.get(name)).toBe(value);
    await user.raw('PUT', `/v1/${user.account}/c/page.html`);
    expect((await user.call('HEAD', '/c/page.html')).headers.get('content-type')).toBe('text/html');
  });

  it.each([
    ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=5-99', 206, '56789', 'bytes 5-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=4-2', 200, '0123456789', null],
    ['lines=1-2', 200, '0123456789', null],
  ])('range %s → %i', async (range, status, text, contentRange) => {
    await put('/c/r');
    const answer = await user.call('GET', '/c/r', { headers: { range } });
    expect(answer.status).toBe(status);
    expect(answer.text).toBe(text);
    expect(answer.headers.get('content-range')).toBe(contentRange);
  });

  it('answers several ranges as multipart/byteranges', async () => {
    await put('/c/r', '0123456789', { 'content-type': 'text/plain' });
    const answer = await user.call('GET', '/c/r', { headers: { range: 'bytes=0-1,5-6' } });
    expect(answer.status).toBe(206);
    const boundary = /boundary=(\w+)/.exec(answer.headers.get('content-type') ?? '')?.[1] ?? '';
    const part = (range: string, text: string) =>
      `--${boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes ${range}/10\r\n\r\n${text}\r\n`;
    expect(answer.text).toBe(`${part('0-1', '01')}${part('5-6', '56')}--${boundary}--`);
    expect(answer.headers.get('content-length')).toBe(String(answer.text.length));
  });

  it('meets conditions', async () => {
    await put('/c/cond');
    const etag = md5('0123456789');
    const status = async (headers: Record<string, string>, method = 'GET') =>
      (await user.call(method, '/c/cond', { headers })).status;
    expect(await status({ 'if-match': etag })).toBe(200);
    expect(await status({ 'if-match': `"${etag}"` })).toBe(200);
    expect(await status({ 'if-match': 'other' })).toBe(412);
    expect(await status({ 'if-none-match': etag })).toBe(304);
    expect(await status({ 'if-none-match': etag }, 'HEAD')).toBe(304);
    expect(await status({ 'if-none-match': 'other' })).toBe(200);
    expect(await status({ 'if-modified-since': 'Thu, 01 Jan 2099 00:00:00 GMT' })).toBe(304);
    expect(await status({ 'if-modified-since': 'Thu, 01 Jan 2004 00:00:00 GMT' })).toBe(200);
    expect(await status({ 'if-unmodified-since': 'Thu, 01 Jan 2004 00:00:00 GMT' })).toBe(412);
    expect(await status({ 'if-unmodified-since': 'yesterday' })).toBe(200);
  });

  it('creates only what is not there with If-None-Match: *', async () => {
    expect((await put('/c/once', 'a', { 'if-none-match': '*' })).status).toBe(201);
    expect((await put('/c/once', 'b', { 'if-none-match': '*' })).status).toBe(412);
    expect((await put('/c/once', 'b', { 'if-none-match': 'etag' })).status).toBe(400);
    expect((await user.call('GET', '/c/once')).text).toBe('a');
  });

  it('lets one of many creators at once win', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => put('/c/race', String(index), { 'if-none-match': '*' })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(7);
  });

  it('keeps one whole object of many writers at once, and the counters', async () => {
    await user.call('PUT', '/writers');
    await Promise.all(Array.from({ length: 10 }, (_, index) => put('/writers/o', String(index).repeat(1000))));
    const { text } = await user.call('GET', '/writers/o');
    expect(text).toMatch(/^(\d)\1{999}$/);
    const head = await user.call('HEAD', '/writers');
    expect(head.headers.get('x-container-object-count')).toBe('1');
    expect(head.headers.get('x-container-bytes-used')).toBe('1000');
  });

  it('refuses a body that is not what its Etag says, and keeps the old one', async () => {
    await put('/c/e', 'old');
    expect((await put('/c/e', 'new', { etag: md5('other') })).status).toBe(422);
    expect((await user.call('GET', '/c/e')).text).toBe('old');
    expect((await put('/c/e', 'new', { etag: md5('new') })).status).toBe(201);
  });

  it('takes a body without a length, in chunks, and an empty one', async () => {
    const bytes = randomBytes(1_700_000);
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let offset = 0; offset < bytes.length; offset += 100_000) {
          controller.enqueue(bytes.subarray(offset, offset + 100_000));
        }
        controller.close();
      },
    });
    // Node's fetch wants `duplex` for a streamed body; its own types do not know it yet.
    const chunked: RequestInit & { duplex: 'half' } = {
      method: 'PUT',
      headers: { 'x-auth-token': user.token },
      body: stream,
      duplex: 'half',
    };
    const response = await fetch(`${service.url}/v1/${user.account}/c/chunked`, chunked);
    expect(response.status).toBe(201);
    expect(response.headers.get('etag')).toBe(md5(bytes));
    expect((await user.raw('PUT', `/v1/${user.account}/c/empty`)).status).toBe(201);
    expect((await user.call('GET', '/c/empty')).text).toBe('');
  });

  it('describes anew with POST, and keeps the bytes', async () => {
    await put('/c/p', 'bytes', { 'x-object-meta-a': '1', 'content-type': 'text/plain', 'content-encoding': 'x' });
    expect((await user.call('POST', '/c/p', { headers: { 'x-object-meta-b': '2' } })).status).toBe(202);
    const { headers, text } = await user.call('GET', '/c/p');
    expect(headers.get('x-object-meta-a')).toBeNull();
    expect(headers.get('content-encoding')).toBeNull();
    expect(headers.get('x-object-meta-b')).toBe('2');
    expect(headers.get('content-type')).toBe('text/plain');
    expect(text).toBe('bytes');
    expect((await user.call('POST', '/c/nothing')).status).toBe(404);
  });

  it('copies both ways', async () => {
    await put('/c/source', 'copied', { 'x-object-meta-a': '1', 'content-type': 'text/plain' });
    const pushed = await user.call('COPY', '/c/source', {
      headers: { destination: 'd/pushed', 'x-object-meta-b': '2' },
    });
    expect(pushed.status).toBe(201);
    expect(pushed.headers.get('x-copied-from')).toBe('c/source');
    expect(pushed.headers.get('etag')).toBe(md5('copied'));
    const copy = await user.call('GET', '/d/pushed');
    expect(copy.text).toBe('copied');
    expect([copy.headers.get('x-object-meta-a'), copy.headers.get('x-object-meta-b')]).toEqual(['1', '2']);
    const pulled = await user.call('PUT', '/d/pulled', {
      headers: { 'x-copy-from': '/c/source', 'x-fresh-metadata': 'true', 'content-length': '0' },
    });
    expect(pulled.status).toBe(201);
    expect((await user.call('HEAD', '/d/pulled')).headers.get('x-object-meta-a')).toBeNull();
    await user.call('DELETE', '/c/source');
    expect((await user.call('GET', '/d/pulled')).text).toBe('copied');
  });

  it('refuses copies that say not where', async () => {
    await put('/c/source');
    const copy = async (headers: Record<string, string>) => (await user.call('COPY', '/c/source', { headers })).status;
    expect(await copy({})).toBe(412);
    expect(await copy({ destination: 'c' })).toBe(412);
    expect(await copy({ destination: 'nowhere/x' })).toBe(404);
    expect(await copy({ destination: 'd/x', 'destination-account': 'AUTH_other' })).toBe(403);
    expect((await put('/d/x', 'body', { 'x-copy-from': 'c/source' })).status).toBe(400);
    expect((await user.call('PUT', '/d/x', { headers: { 'x-copy-from': 'c' } })).status).toBe(412);
  });

  it('lets objects expire', async () => {
    await user.call('PUT', '/expiring');
    await put('/expiring/o', 'x', { 'x-delete-after': '3' });
    expect(Number((await user.call('HEAD', '/expiring/o')).headers.get('x-delete-at'))).toBeGreaterThan(1e9);
    await expect.poll(async () => (await user.call('GET', '/expiring/o')).status, { timeout: 20_000 }).toBe(404);
    await expect
      .poll(async () => (await user.call('GET', '/expiring?format=json')).text, { timeout: 20_000 })
      .toBe('[]');
    expect((await put('/c/x', 'x', { 'x-delete-at': '1' })).status).toBe(400);
    expect((await put('/c/x', 'x', { 'x-delete-after': 'soon' })).status).toBe(400);
  });

  it.each([
    ['too long a name of metadata', { [`x-object-meta-${'n'.repeat(129)}`]: 'v' }],
    ['too long a value', { 'x-object-meta-n': 'v'.repeat(257) }],
    ['no name', { 'x-object-meta-': 'v' }],
    ['too many', Object.fromEntries(Array.from({ length: 91 }, (_, i) => [`x-object-meta-${String(i)}`, 'v']))],
    [
      'too much',
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`x-object-meta-${String(i)}`, 'v'.repeat(250)])),
    ],
    ['a manifest that is no path', { 'x-object-manifest': 'container' }],
  ])('refuses %s and stores nothing', async (_, headers) => {
    const answer = await put('/c/bad', 'x', headers);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('<html>');
    expect((await user.call('GET', '/c/bad')).status).toBe(404);
  });

  it('takes UTF-8 in names and metadata', async () => {
    const value = Buffer.from('grün').toString('latin1');
    expect((await put('/c/%C3%A4%20b', 'x', { 'x-object-meta-n': value })).status).toBe(201);
    expect((await user.call('HEAD', '/c/%C3%A4%20b')).headers.get('x-object-meta-n')).toBe(value);
    expect((await user.call('GET', '/c?prefix=%C3%A4')).text).toBe('ä b\n');
  });

  it('needs a container', async () => {
    expect((await put('/none/o')).status).toBe(404);
    expect((await user.call('GET', '/none/o')).status).toBe(404);
  });

  describe('large objects', () => {
    beforeAll(async () => {
      await user.call('PUT', '/seg');
      for (const [index, text] of ['aaaa', 'bbbb', 'cc'].entries()) await put(`/seg/part-${String(index)}`, text);
    });

    it('dynamic: reads the segments as one', async () => {
      await put('/c/dlo', '', { 'x-object-manifest': 'seg/part-', 'content-length': '0' });
      const answer = await user.call('GET', '/c/dlo');
      expect(answer.text).toBe('aaaabbbbcc');
      expect(answer.headers.get('etag')).toBe(`"${md5(md5('aaaa') + md5('bbbb') + md5('cc'))}"`);
      expect(answer.headers.get('x-object-manifest')).toBe('seg/part-');
      expect((await user.call('HEAD', '/c/dlo')).headers.get('content-length')).toBe('10');
      expect((await user.call('GET', '/c/dlo', { headers: { range: 'bytes=3-8' } })).text).toBe('abbbbc');
      await user.call('COPY', '/c/dlo', { headers: { destination: 'd/flat' } });
      expect((await user.call('HEAD', '/d/flat')).headers.get('etag')).toBe(md5('aaaabbbbcc'));
    });

    const manifest = [
      { path: '/seg/part-0', etag: md5('aaaa'), size_bytes: 4 },
      { path: 'seg/part-1', range: '1-2' },
      { path: '/seg/part-2', size_bytes: 2 },
    ];

    it('static: checks, reads, shows and deletes', async () => {
      const made = await put('/c/slo?multipart-manifest=put', JSON.stringify(manifest));
      expect(made.status).toBe(201);
      const answer = await user.call('GET', '/c/slo');
      expect(answer.text).toBe('aaaabbcc');
      expect(answer.headers.get('x-static-large-object')).toBe('True');
      expect(answer.headers.get('etag')).toBe(made.headers.get('etag'));
      expect((await user.call('GET', '/c/slo', { headers: { range: 'bytes=-3' } })).text).toBe('bcc');
      const shown = JSON.parse((await user.call('GET', '/c/slo?multipart-manifest=get')).text) as { name: string }[];
      expect(shown.map(({ name }) => name)).toEqual(['/seg/part-0', '/seg/part-1', '/seg/part-2']);
      const raw = (await user.call('GET', '/c/slo?multipart-manifest=get&format=raw')).text;
      expect((await put('/c/slo2?multipart-manifest=put', raw)).status).toBe(201);
      const listed = JSON.parse((await user.call('GET', '/c?prefix=slo&format=json')).text) as { bytes: number }[];
      expect(listed[0]?.bytes).toBe(8);
    });

    it('static: refuses segments that do not fit, naming each', async () => {
      const bad = [
        { path: '/seg/none' },
        { path: '/seg/part-0', etag: md5('x') },
        { path: '/seg/part-1', size_bytes: 9 },
        { path: '/c/slo' },
      ];
      const answer = await put('/c/never?multipart-manifest=put', JSON.stringify(bad));
      expect(answer.status).toBe(400);
      for (const word of ['404 Not Found', 'Etag Mismatch', 'Size Mismatch', 'large'])
        expect(answer.text).toContain(word);
      expect((await put('/c/never?multipart-manifest=put', '{')).status).toBe(400);
      expect((await put('/c/never?multipart-manifest=put', '[]')).status).toBe(400);
      expect((await user.call('GET', '/c/never')).status).toBe(404);
    });

    it('static: does not serve a segment that was changed', async () => {
      await put('/seg/mutable', 'one');
      await put('/c/changed?multipart-manifest=put', JSON.stringify([{ path: '/seg/mutable' }]));
      await put('/seg/mutable', 'two');
      expect((await user.call('GET', '/c/changed')).status).toBe(409);
    });

    it('static: deletes the segments with the manifest', async () => {
      await put('/c/gone?multipart-manifest=put', JSON.stringify(manifest));
      const answer = await user.call('DELETE', '/c/gone?multipart-manifest=delete');
      expect(answer.status).toBe(200);
      expect(answer.text).toContain('Number Deleted: 4');
      expect((await user.call('GET', '/seg')).text).not.toContain('part-');
    });
  });
});
