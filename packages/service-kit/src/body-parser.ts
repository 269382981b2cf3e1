import type { IncomingMessage } from 'node:http';
import { toUSVString } from 'node:util';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidInput, PayloadTooLarge } from './errors.js';

export interface BodyOptions {
  /** Paths whose body stays an unread stream on `request.raw`. */
  readonly rawBody: (path: string, method: string) => boolean;
  /** Bytes accepted for every other body. */
  readonly bodyLimit: number;
  /** Whether a text that PostgreSQL cannot hold is refused: one with a null character, or half of a surrogate pair. */
  readonly storableTexts: boolean;
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

const isStorable = (text: string): boolean => !text.includes('\0') && toUSVString(text) === text;

/** Without recursion: what comes may be deep. */
function holdsUnstorable(value: unknown): boolean {
  const waiting = [value];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (typeof one === 'string' && !isStorable(one)) return true;
    if (typeof one !== 'object' || one === null) continue;
    for (const [key, inner] of Object.entries(one)) waiting.push(key, inner ?? '');
  }
  return false;
}

// Tells of most bodies, without a look into them, that there is nothing to find.
const SUSPICIOUS = /\\u0000|\\ud[89a-f]|%00|\0/i;

/** `text` is what `value` was made of. */
function checked<T>(value: T, text: string, { storableTexts }: BodyOptions): T {
  if (storableTexts && SUSPICIOUS.test(text) && holdsUnstorable(value)) {
    throw new InvalidInput('The request body holds a text with a null character, or one that is no valid Unicode.');
  }
  return value;
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
    if (type.includes('x-www-form-urlencoded')) return checked(parseForm(text), text, options);
    if (!type.includes('json')) return text;
    const parsed = await new Promise((resolve, reject) => {
      void parseJson(request, text, (error, value) => {
        if (error) reject(new InvalidInput('The request body is not valid JSON.'));
        else resolve(value);
      });
    });
    return checked(parsed, text, options);
  });
}
