import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createListener, type Server as Listener } from 'node:net';
import { readFile } from 'node:fs/promises';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { signMove } from '@ocx/openstack-client/landlord-move';
import { attempt, attemptInVain } from '@ocx/testing/attempts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ELSEWHERE, type World } from './world.js';

const KIND = 'a landlord whose name means another address';
const NAME = 'landlord.rebind.test';
const NEXT = 'next.rebind.test';
const EVENTUALLY = { timeout: 20_000, interval: 100 };

/** A landlord that owns its name server: what is checked is one address, and what is called shall be another. */
export function rebinding(world: () => World): void {
  describe('a landlord with a name server of its own', () => {
    const { host, port } = ELSEWHERE;
    const endpoint = `http://${NAME}:${String(port)}`;
    let key: SigningKey;
    let landlord: Server;
    let inside: Listener;
    let reached = 0;
    let id: string;
    let redirects = false;

    beforeAll(async () => {
      key = await SigningKey.generate();
      landlord = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          if (redirects) response.writeHead(307, { location: `http://127.0.0.1:${String(port)}/` }).end();
          else if (request.url === '/landlord/v1/challenge') void answer(Buffer.concat(chunks).toString(), response);
          else response.writeHead(404).end();
        });
      }).listen(port, host);
      // What it would like to have called: a service that only this machine reaches.
      inside = createListener((socket) => {
        reached += 1;
        socket.destroy();
      }).listen(port, '127.0.0.1');
      await Promise.all([once(landlord, 'listening'), once(inside, 'listening')]);
    });
    afterAll(async () => {
      await world().resolves(NAME, []);
      landlord.closeAllConnections();
      landlord.close();
      inside.close();
      await Promise.all([once(landlord, 'close'), once(inside, 'close')]);
    });

    async function answer(body: string, response: { end: (text: string) => void }): Promise<void> {
      const { nonce, endpoint: asked, exchange } = JSON.parse(body) as Record<string, string>;
      const words = { nonce, endpoint: asked, exchange, jkt: key.thumbprint };
      response.end(JSON.stringify({ answer: await key.sign('ocx-challenge+jwt', words) }));
    }
    const post = (path: string, body: unknown) =>
      world().send({
        method: 'POST',
        url: `${world().seen.urls.broker}/exchange/v1/landlords${path}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const move = async (to: string) => {
      const exchange = world().seen.urls.broker;
      const issued_at = new Date().toISOString();
      const document = { landlord_id: id, exchange, seq: 1, prev: null, endpoint: to, jwk: key.jwk, issued_at };
      return post(`/${id}/moves`, await signMove(document, key));
    };
    /** How often the broker was told these addresses for the name. */
    const told = async (name: string, addresses: readonly string[]) =>
      (await world().resolved()).filter(
        (one) => one.name === name && JSON.stringify(one.addresses) === JSON.stringify(addresses),
      ).length;
    const logged = async () => readFile(world().exchange.state.logOf('broker'), 'utf8');

    it('is connected at the address that was checked, though the next answer is another one', async () => {
      await attemptInVain(KIND, 'between the check and the connection', async () => {
        await world().resolves(NAME, [[host], ['127.0.0.1']]);
        const enrolment = await key.sign('ocx-enrolment+jwt', {
          name: 'rebinder',
          kind: 'compute',
          region: 'rebinder',
          endpoint,
          jwk: key.jwk,
          microversions: { min: '2.1', max: '2.90' },
          issued_at: new Date().toISOString(),
        });
        const code = await world().seen.operator.enrolmentCode('rebinder');
        const enrolled = await post('', { code, enrolment });
        expect(enrolled.status, enrolled.text).toBe(201);
        id = z.object({ landlord_id: z.string() }).parse(JSON.parse(enrolled.text)).landlord_id;
        expect(await told(NAME, [host])).toBe(1);
        expect(reached).toBe(0);
      });
    });

    it.each([
      ['loopback', ['127.0.0.1']],
      ['loopback of IPv6', ['::1']],
      ['loopback in disguise', ['::ffff:127.0.0.1']],
      ['a link-local address', ['169.254.169.254']],
      ['a private address', ['10.0.0.1']],
      ['nowhere', ['0.0.0.0']],
      ['a good address and a bad one', [host, '127.0.0.1']],
    ])('is not called when its name leads to %s afterwards', async (what, addresses) => {
      await attemptInVain(KIND, `enrolled, then ${what}`, async () => {
        const before = (await logged()).length;
        await world().resolves(NAME, [addresses]);
        landlord.closeAllConnections();
        await expect.poll(() => told(NAME, addresses), EVENTUALLY).toBeGreaterThan(0);
        const refusal = `Address ${NAME}:${String(port)} is not one this service may call.`;
        await expect.poll(async () => (await logged()).slice(before), EVENTUALLY).toContain(refusal);
        expect(reached).toBe(0);
      });
    });

    it.each([
      ['loopback', [['127.0.0.1']]],
      ['a link-local address', [['169.254.169.254']]],
      ['a good address and a bad one', [[host, '127.0.0.1']]],
      ['a bad address and a good one', [['::1', host]]],
    ])('does not move to a name that leads to %s', async (what, answers) => {
      await world().resolves(NEXT, answers);
      await attempt(KIND, `a move to ${what}`, () => move(`http://${NEXT}:${String(port)}`), {
        status: 400,
        reason: /endpoint_refused/,
      });
      expect(reached).toBe(0);
    });

    it('does not get there by a redirect either, nor by a second look-up', async () => {
      redirects = true;
      await world().resolves(NEXT, [[host], ['127.0.0.1']]);
      await attempt(KIND, 'a move to a redirect', () => move(`http://${NEXT}:${String(port)}`), {
        status: 400,
        reason: /challenge_failed/,
      });
      redirects = false;
      expect(await told(NEXT, [host])).toBe(1);
      expect(await told(NEXT, ['127.0.0.1'])).toBe(1);
      expect(reached).toBe(0);
    });
  });
}
