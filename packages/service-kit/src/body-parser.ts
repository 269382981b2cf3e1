import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidInput, PayloadTooLarge } from './errors.js';

export interface BodyOptions {
  /** Paths whose body stays an unread stream on `request.raw`. */
  readonly rawBody: (path: string, method: string) => boolean;
  /** Bytes accepted for every other body. */
  readonly bodyLimit: number;
}

async function collect(stream: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(stream.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += (chunk as Buffer).length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks, size);
}

const tooLarge = (limit: number) => new PayloadTooLarge(`The request body is larger than ${limit} bytes.`);

function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new InvalidInput('The request body is not valid UTF-8.');
  }
}

/** Form parameters; a repeated one is refused (RFC 6749 section 3.2). */
function parseForm(text: string): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(text)) {
    if (name in parameters) throw new InvalidInput(`Parameter ${name} is given twice.`);
    parameters[name] = value;
  }
  return parameters;
}

/**
 * One parser for every content type: JSON (an empty body is undefined, as OpenStack's clients send it), forms, text;
 * and none at all for raw paths, whose handlers read the stream themselves.
 */
export function useBodyParsers(fastify: FastifyInstance, options: BodyOptions): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'ignore');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage): Promise<unknown> => {
    if (options.rawBody(request.raw.url ?? '/', request.method)) return undefined;
    const bytes = await collect(payload, options.bodyLimit);
    if (bytes.length === 0) return undefined;
    const type = (request.headers['content-type'] ?? '').toLowerCase();
    const text = decode(bytes);
    if (type.includes('x-www-form-urlencoded')) return parseForm(text);
    if (!type.includes('json')) return text;
    return new Promise((resolve, reject) => {
      void parseJson(request, text, (error, value) => {
        if (error) reject(new InvalidInput('The request body is not valid JSON.'));
        else resolve(value);
      });
    });
  });
}
