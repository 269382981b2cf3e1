import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AddressPolicy, AddressRefused } from './address-policy.js';
import { HttpClient, PeerMisbehaved, PeerTimeout, PeerUnreachable } from './http.js';

describe('a call to another party', () => {
  let server: Server;
  let base: string;
  let port: number;
  const client = new HttpClient();
  const timers: NodeJS.Timeout[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = request.url ?? '';
      if (path === '/redirect') response.writeHead(302, { location: 'http://attacker.example/' }).end();
      else if (path === '/drip') timers.push(setInterval(() => response.write('.'), 20));
      else if (path === '/endless') {
        const flood = () => {
          while (response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', flood);
        flood();
      } else if (path === '/silent') return;
      else if (path === '/html') response.end('<html>');
      else response.end(JSON.stringify({ path }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    base = `http://127.0.0.1:${port}`;
  });
  afterAll(async () => {
    for (const timer of timers) clearInterval(timer);
    await client.close();
    server.closeAllConnections();
    server.close();
  });

  it('sends the path as it stands', async () => {
    const answer = await client.request({ method: 'GET', url: `${base}/c/%2e%2e/..%2Fo?x=1` });
    expect(answer.json()).toEqual({ path: '/c/%2e%2e/..%2Fo?x=1' });
  });

  it('never follows a redirect', async () => {
    await expect(client.request({ method: 'GET', url: `${base}/redirect` })).rejects.toThrow(PeerMisbehaved);
  });

  it('reads no more than it asked for', async () => {
    const call = client.request({ method: 'GET', url: `${base}/endless`, maxBytes: 100_000 });
    await expect(call).rejects.toThrow(PeerMisbehaved);
  });

  it.each(['/silent', '/drip'])('ends at its deadline: %s', async (path) => {
    const call = client.request({ method: 'GET', url: `${base}${path}`, deadlineMs: 200 });
    await expect(call).rejects.toThrow(PeerTimeout);
  });

  it('says when a peer is gone or sends what is not JSON', async () => {
    await expect(client.request({ method: 'GET', url: 'http://127.0.0.1:1/' })).rejects.toThrow(PeerUnreachable);
    const answer = await client.request({ method: 'GET', url: `${base}/html` });
    expect(() => answer.json()).toThrow(PeerMisbehaved);
  });

  it.each([
    'http://127.0.0.1:PORT/',
    'http://localhost:PORT/',
    'http://[::1]:PORT/',
    'http://0.0.0.0:PORT/',
    'http://169.254.169.254/',
    'http://10.0.0.1/',
    'http://192.168.1.1/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.1:PORT/',
    'http://[fd00::1]/',
    'http://100.64.0.1/',
  ])('refuses a special address that the operator did not list: %s', async (url) => {
    const guarded = new HttpClient({ policy: new AddressPolicy() });
    const call = guarded.request({ method: 'GET', url: url.replace('PORT', String(port)), deadlineMs: 3000 });
    await expect(call).rejects.toThrow(AddressRefused);
    await guarded.close();
  });

  it('calls what the operator listed, and only that port', async () => {
    const guarded = new HttpClient({ policy: new AddressPolicy([`127.0.0.1:${port}`]) });
    expect((await guarded.request({ method: 'GET', url: `${base}/` })).status).toBe(200);
    await expect(guarded.request({ method: 'GET', url: `http://127.0.0.1:${port + 1}/` })).rejects.toThrow(
      AddressRefused,
    );
    await guarded.close();
  });
});
