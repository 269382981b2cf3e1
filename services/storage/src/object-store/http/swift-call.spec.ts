import { once } from 'node:events';
import { type ClientRequest, createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HttpException } from '@nestjs/common';
import type { ServiceRequest } from '@ocx/service-kit/service-request';
import { afterEach, describe, expect, it } from 'vitest';
import { faultOf, swiftCall } from './swift-call.js';

const LENGTH = 1000;

/** Takes everything, or fails at once. */
const sink = (error?: Error) =>
  new Writable({
    write: (_chunk, _encoding, done) => {
      done(error);
    },
  });

describe('the body of an upload', () => {
  let server: Server | undefined;
  let upload: ClientRequest | undefined;
  afterEach(() => {
    upload?.destroy();
    server?.close();
  });

  /** An upload as a controller gets it, of which the first bytes have come. */
  async function halfUpload(): Promise<{ raw: IncomingMessage; client: ClientRequest }> {
    const listening = (server = createServer().listen(0, '127.0.0.1'));
    await once(listening, 'listening');
    const { port } = listening.address() as AddressInfo;
    const headers = { 'content-length': String(LENGTH) };
    const client = (upload = request({ port, host: '127.0.0.1', method: 'PUT', headers }));
    client.on('error', () => undefined);
    client.write('half');
    const [raw] = (await once(listening, 'request')) as [IncomingMessage];
    return { raw, client };
  }

  const failure = (work: Promise<unknown>) => work.catch((error: unknown) => error);

  it('breaks off when the client goes away', async () => {
    const { raw, client } = await halfUpload();
    raw.once('data', () => client.destroy());
    const fault = faultOf({ raw } as ServiceRequest, await failure(pipeline(raw, sink())));
    expect(fault).toBeInstanceOf(HttpException);
    expect((fault as HttpException).getStatus()).toBe(499);
  });

  it('is broken off already when the client went away before it was read', async () => {
    const { raw, client } = await halfUpload();
    client.destroy();
    await new Promise((resolve) => raw.once('close', resolve));
    const fault = faultOf({ raw } as ServiceRequest, await failure(pipeline(raw, sink())));
    expect((fault as HttpException).getStatus()).toBe(499);
  });

  it('is not broken off when the disk is full', async () => {
    const { raw } = await halfUpload();
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    expect(faultOf({ raw } as ServiceRequest, await failure(pipeline(raw, sink(full))))).toBe(full);
  });

  it('may pause for as long as the service allows, and the service as long as it likes once it is there', async () => {
    const { raw, client } = await halfUpload();
    const { socket } = raw;
    const call = swiftCall({ raw, originalUrl: '/v1/a/c/o', principal: {} } as ServiceRequest, 7);
    expect(socket.timeout ?? 0).toBe(0);
    const body = call.openBody();
    expect(socket.timeout).toBe(7_000);
    client.end(Buffer.alloc(LENGTH - 'half'.length));
    await pipeline(body, sink());
    expect(socket.timeout).toBe(0);
  });
});
