import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { freedWhenSent } from './sent-body.js';

/** An answer in Swift's terms. Headers with an undefined value are left out. */
export interface SwiftReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Readable;
}

const HTML = 'text/html; charset=UTF-8';

/** `2xx` without content: Swift says its length and type also where there is nothing. */
export function emptyReply(status: number, headers: SwiftReply['headers'] = {}): SwiftReply {
  return { status, headers: { 'Content-Type': HTML, ...headers } };
}

export async function sendReply(reply: FastifyReply, { status, headers = {}, body }: SwiftReply): Promise<void> {
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) void reply.header(name, value);
  }
  await reply.code(status).send(typeof body === 'object' ? freedWhenSent(body) : body);
}
