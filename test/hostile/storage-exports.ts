import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { until } from '@ocx/local-exchange/polling';
import { attempt } from '@ocx/testing/attempts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPUTE } from '../e2e/careless-tenant.js';
import { bound } from './calls.js';
import { Customer } from './goods.js';
import type { World } from './world.js';

const KIND = 'a storage landlord that sends a compute landlord elsewhere';
const REDEEM = /^POST \/landlord\/v1\/attachments\/[^/]+\/redeem$/;

/** What a compute landlord does on a storage landlord's word: it connects, as root, to where the volume is said to be. */
export function storageExports(world: () => World): void {
  describe('a storage landlord that exports a volume', () => {
    let server: string;
    let volume: string;
    let canary: Server;
    let calls = 0;

    beforeAll(async () => {
      server = await new Customer(world()).running('attaching', 'harvard');
      volume = (await world().customer.tenant.createVolume('elsewhere', 1, 'accomplice')).id;
      canary = createServer((socket) => {
        calls += 1;
        socket.destroy();
      }).listen(0, '127.0.0.1');
      await once(canary, 'listening');
      await world().remember();
    });
    afterAll(async () => {
      await world().expectUnchanged();
      canary.close();
      await world().customer.tenant.deleteVolume(volume);
      await new Customer(world()).end(server, 'harvard');
    });

    const port = () => (canary.address() as AddressInfo).port;
    const secret = { username: 'attachment', key: 'a'.repeat(64) };
    const redeemed = (change: object = {}) => ({
      protocol: 'nbd',
      host: '127.0.0.1',
      port: port(),
      export: 'volume',
      size: 1024 ** 3,
      mode: 'rw',
      tls: secret,
      ...change,
    });
    const reply =
      (status: number, body: unknown, headers: Record<string, string> = {}) =>
      (response: ServerResponse) =>
        void response
          .writeHead(status, { 'content-type': 'application/json', ...headers })
          .end(typeof body === 'string' ? body : JSON.stringify(body));

    /** Attaches, waits for what the compute landlord makes of it, and detaches again. */
    const attach = async (answer: (response: ServerResponse) => void) => {
      const { customer, accomplice } = world();
      accomplice.answers(REDEEM, answer);
      const url = `${customer.session.endpoint('compute', 'exchange')}/servers/${server}/os-volume_attachments`;
      await customer.session.call({
        method: 'POST',
        url,
        headers: COMPUTE,
        json: { volumeAttachment: { volumeId: volume } },
      });
      const { id } = JSON.parse(accomplice.loot(/^POST \/landlord\/v1\/attachments$/).body) as { id: string };
      const token = await world().tokenFor('harvard', customer);
      const view = await bound(world(), {
        token,
        key: world().brokerKey,
        url: `${world().endpointOf('harvard')}/landlord/v1/attachments/${id}?wait=20`,
      });
      const { state, error = '' } = JSON.parse(view.text) as { state: string; error?: string };
      await customer.session.call({ method: 'DELETE', url: `${url}/${volume}`, headers: COMPUTE });
      accomplice.behaves();
      const status = async () => (await customer.tenant.volume(volume)).status;
      await until('the volume is free', status, (now) => now === 'available', 30_000);
      return { status: state === 'error' ? 409 : 200, reason: `${state}: ${error}` };
    };
    const refused = (name: string, answer: (response: ServerResponse) => void, reason: RegExp) =>
      attempt(KIND, name, () => attach(answer), { status: 409, reason });

    it('elsewhere is not called', async () => {
      const { ports } = world();
      const places: [string, object][] = [
        ['a port of this machine', {}],
        ['the same by name', { host: 'localhost' }],
        ['the same as a number', { host: '2130706433' }],
        ['the same in IPv6', { host: '::ffff:127.0.0.1' }],
        ['any address', { host: '0.0.0.0' }],
        ['the database', { port: ports.postgres }],
        ['identity', { port: ports.identity }],
        ['the compute landlord itself', { port: ports.harvard }],
        ['a metadata service', { host: '169.254.169.254', port: 80 }],
        ['a private network', { host: '10.0.0.1' }],
        ['a stranger', { host: '192.0.2.1' }],
      ];
      for (const [name, change] of places) {
        await refused(
          name,
          reply(200, redeemed(change)),
          /address that this landlord does not connect to|no usable address/,
        );
      }
      expect(calls).toBe(0);
    });

    it('as what is no export is not believed', async () => {
      const wrong: [string, unknown][] = [
        ['a host with a path', redeemed({ host: '127.0.0.1/../x' })],
        ['a host with a user', redeemed({ host: 'user@127.0.0.1' })],
        ['an option for a host', redeemed({ host: '-oProxyCommand=x' })],
        ['a file', redeemed({ protocol: 'file', host: '/etc/shadow' })],
        ['another mode', redeemed({ mode: 'ro' })],
        ['no secret', redeemed({ tls: undefined })],
        ['a secret that is a command', redeemed({ tls: { username: 'x', key: '$(touch /tmp/x)' } })],
        ['a port that is none', redeemed({ port: 70_000 })],
        ['HTML', '<html></html>'],
        ['nothing', ''],
      ];
      for (const [name, body] of wrong) {
        await refused(name, reply(200, body), /nonsense|no usable address|misbehaves/);
      }
      const location = `http://127.0.0.1:${String(port())}/stolen`;
      await refused('a redirect', reply(307, '', { location }), /misbehaves/);
      const flood = (response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const pour = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536, ' ')));
        };
        response.on('drain', pour);
        pour();
      };
      await refused('an endless body', flood, /misbehaves/);
      expect(calls).toBe(0);
    });
  });
}
