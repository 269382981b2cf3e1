import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { freedWhenSent } from './sent-body.js';

const CHUNK = 64 * 1024;
/** Far more than sockets hold. */
const CHUNKS = 400;

/** A body that remembers its chunks, of which the last is a slice of one. */
function bodyOf(count: number): { body: Readable; chunks: Buffer[]; whole: Buffer } {
  const chunks = Array.from({ length: count }, (_, index) => Buffer.allocUnsafeSlow(CHUNK).fill(index % 251));
  const shared = Buffer.allocUnsafeSlow(CHUNK).fill('shared');
  const parts = [...chunks, shared.subarray(1)];
  return {
    body: Readable.from(parts, { objectMode: false }),
    chunks: [...chunks, shared],
    whole: Buffer.concat(parts),
  };
}

describe('a body that is freed when sent', () => {
  let server: Server | undefined;
  let fastify: FastifyInstance | undefined;
  afterEach(async () => {
    server?.closeAllConnections();
    server?.close();
    await fastify?.close();
  });

  async function answerTo(respond: (response: ServerResponse) => void): Promise<IncomingMessage> {
    const listening = (server = createServer((_request, response) => {
      respond(response);
    }).listen(0, '127.0.0.1'));
    await once(listening, 'listening');
    const { port } = listening.address() as AddressInfo;
    const [answer] = (await once(get({ port, host: '127.0.0.1' }), 'response')) as [IncomingMessage];
    return answer;
  }

  it('arrives whole at a client that reads late, and leaves no memory of its own', async () => {
    const { body, chunks, whole } = bodyOf(CHUNKS);
    const answer = await answerTo((response) => freedWhenSent(body).pipe(response));
    await expect.poll(() => body.isPaused()).toBe(true);
    expect(chunks.at(-2)?.length).toBe(CHUNK);
    expect((await buffer(answer)).equals(whole)).toBe(true);
    const shared = chunks.pop();
    expect(chunks.every(({ buffer: { byteLength } }) => byteLength === 0)).toBe(true);
    expect(shared?.length).toBe(CHUNK);
  });

  it('is destroyed by Fastify when the client goes away', async () => {
    const { body } = bodyOf(CHUNKS);
    fastify = Fastify();
    fastify.get('/', (_request, reply) => reply.send(freedWhenSent(body)));
    const url = await fastify.listen({ port: 0, host: '127.0.0.1' });
    const [answer] = (await once(get(url), 'response')) as [IncomingMessage];
    answer.destroy();
    await expect.poll(() => body.destroyed).toBe(true);
  });

  it('breaks the answer off when it breaks off', async () => {
    async function* breaking(): AsyncGenerator<Buffer> {
      yield await Promise.resolve(Buffer.allocUnsafeSlow(CHUNK));
      throw new Error('EIO');
    }
    fastify = Fastify();
    fastify.get('/', (_request, reply) =>
      reply.header('content-length', 2 * CHUNK).send(freedWhenSent(Readable.from(breaking(), { objectMode: false }))),
    );
    const url = await fastify.listen({ port: 0, host: '127.0.0.1' });
    const [answer] = (await once(get(url), 'response')) as [IncomingMessage];
    await expect(buffer(answer)).rejects.toThrow('aborted');
  });
});
