import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { HttpStream } from '@ocx/openstack-client/http';
import { BadGateway } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { LandlordConnections } from '../../landlords/landlord-connections.js';
import type { Landlord } from '../../landlords/landlord.js';
import { landlordFault } from '../landlord-fault.js';
import { LandlordGateway, READ, WRITE } from '../landlord-gateway.js';
import { requestHeaders, responseHeaders } from './swift-headers.js';

export interface SwiftReply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Readable | undefined;
}

/** Milliseconds a landlord has to begin its answer; an upload or a large copy is answered when it is done. */
const READ_DEADLINE_MS = 15_000;
const WRITE_DEADLINE_MS = 6 * 60 * 60 * 1000;

/** Statuses that say something to the tenant and carry headers; the others are faults of the broker's own making. */
const PASSED = new Set([200, 201, 202, 204, 206, 304]);

/** One request to the landlord that holds a container, bytes streamed both ways at the slower side's pace. */
@Injectable()
export class SwiftTransfer {
  constructor(
    private readonly connections: LandlordConnections,
    private readonly gateway: LandlordGateway,
  ) {}

  /** Throws a landlord's refusal as a domain error. The body of the reply must be read or destroyed. */
  async send(
    caller: Principal,
    landlord: Landlord,
    call: {
      method: string;
      path: string;
      headers: Record<string, string>;
      body?: Readable;
      signal?: AbortSignal;
    },
  ): Promise<SwiftReply> {
    const reads = call.method === 'GET' || call.method === 'HEAD';
    return this.gateway.guard(landlord, async () => {
      const session = await this.connections.forTenant(caller, landlord, reads ? READ : WRITE);
      const answer = await session.stream(call.method, call.path, {
        headers: call.headers,
        deadlineMs: reads ? READ_DEADLINE_MS : WRITE_DEADLINE_MS,
        ...(call.body === undefined ? {} : { body: call.body }),
        ...(call.signal === undefined ? {} : { signal: call.signal }),
      });
      return this.passed(landlord, answer, call.method);
    });
  }

  /** A tenant's own request, as it came, to one landlord. */
  forward(
    caller: Principal,
    landlord: Landlord,
    request: { method: string; path: string; raw: IncomingMessage; signal: AbortSignal },
  ): Promise<SwiftReply> {
    const { method, path, raw, signal } = request;
    const hasBody = raw.headers['content-length'] !== undefined || raw.headers['transfer-encoding'] !== undefined;
    const sendsBody = hasBody && method !== 'GET' && method !== 'HEAD';
    return this.send(caller, landlord, {
      method,
      path,
      headers: requestHeaders(raw.headers),
      signal,
      ...(sendsBody ? { body: raw } : {}),
    });
  }

  private async passed(landlord: Landlord, answer: HttpStream, method: string): Promise<SwiftReply> {
    if (PASSED.has(answer.status)) {
      const bodiless = method === 'HEAD' || answer.status === 204 || answer.status === 304;
      if (bodiless) answer.body.resume();
      const headers = responseHeaders(answer.headers);
      return { status: answer.status, headers, body: bodiless ? undefined : answer.body };
    }
    const body = await firstBytes(answer.body);
    if (answer.status >= 300 && answer.status < 400) {
      this.gateway.dropped(landlord, 'redirect');
      throw new BadGateway(`Landlord ${landlord.name} answered with a redirect.`);
    }
    throw landlordFault(landlord.name, answer.status, swiftSentence(body));
  }
}

const MAX_FAULT_BYTES = 4_096;
/** Milliseconds a landlord has to say why it refuses. */
const FAULT_DEADLINE_MS = 2_000;

// What came until the time is over, or the landlord hung up, is what there is to say.
async function firstBytes(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const patience = setTimeout(() => body.destroy(), FAULT_DEADLINE_MS);
  try {
    for await (const chunk of body) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size >= MAX_FAULT_BYTES) break;
    }
  } catch {
    body.destroy();
  } finally {
    clearTimeout(patience);
  }
  return Buffer.concat(chunks).subarray(0, MAX_FAULT_BYTES);
}

// Swift's faults are a line of HTML: its sentence without the markup.
function swiftSentence(body: Buffer): Buffer {
  const text = body.toString('utf8');
  const paragraph = /<p>([^<]{1,1024})<\/p>/.exec(text)?.[1] ?? (text.includes('<') ? '' : text);
  return Buffer.from(JSON.stringify({ message: paragraph.trim() }));
}
