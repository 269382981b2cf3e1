import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { BlobMissing, type ByteSpan, ObjectBackend } from '../backend/object-backend.js';
import type { SwiftReply } from '../http/swift-reply.js';
import { parseRanges } from './byte-ranges.js';
import { checkConditions, rangeStillApplies } from './conditions.js';
import { type ObjectContent, openContent } from './object-content.js';
import { headerOf, type Headers } from './object-request.js';
import { objectHeaders } from './object.view.js';

const ATTEMPTS = 3;

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | undefined>;
  readonly spans: readonly ByteSpan[] | undefined;
}

/** GET of an object: conditions first, then ranges, then bytes. */
@Injectable()
export class ObjectDownload {
  constructor(private readonly backend: ObjectBackend) {}

  /** `find` is asked again when the object is replaced between its row being read and its file being opened. */
  async download(headers: Headers, find: () => Promise<ObjectContent>): Promise<SwiftReply> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.answer(headers, await find());
      } catch (error) {
        if (!(error instanceof BlobMissing) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  private async answer(headers: Headers, content: ObjectContent): Promise<SwiftReply> {
    const { status, headers: replyHeaders, spans } = answerFor(headers, content);
    if (status !== 200 && status !== 206) return { status, headers: replyHeaders };
    if (!spans) return { status, headers: replyHeaders, body: await openContent(this.backend, content) };
    const [only] = spans;
    if (only && spans.length === 1) {
      return { status, headers: replyHeaders, body: await openContent(this.backend, content, only) };
    }
    return this.multipart(content, replyHeaders, spans);
  }

  /** RFC 9110 section 14.6. */
  private multipart(
    content: ObjectContent,
    headers: Record<string, string | undefined>,
    spans: readonly ByteSpan[],
  ): SwiftReply {
    const boundary = randomBytes(16).toString('hex');
    const heads = spans.map(
      ({ start, end }) =>
        `--${boundary}\r\nContent-Type: ${content.object.contentType}\r\nContent-Range: bytes ${String(start)}-${String(end)}/${String(content.length)}\r\n\r\n`,
    );
    const tail = `--${boundary}--`;
    const length = spans.reduce(
      (total, { start, end }, index) => total + (heads[index]?.length ?? 0) + (end - start + 1) + 2,
      tail.length,
    );
    const { backend } = this;
    async function* body(): AsyncGenerator<Buffer> {
      for (const [index, span] of spans.entries()) {
        yield Buffer.from(heads[index] ?? '', 'latin1');
        yield* (await openContent(backend, content, span)) as AsyncIterable<Buffer>;
        yield Buffer.from('\r\n');
      }
      yield Buffer.from(tail);
    }
    return {
      status: 206,
      headers: {
        ...headers,
        'Content-Type': `multipart/byteranges;boundary=${boundary}`,
        'Content-Length': String(length),
      },
      body: Readable.from(body(), { objectMode: false }),
    };
  }
}

/** The status and headers that a GET, and likewise a HEAD, gets. */
export function answerFor(headers: Headers, content: Omit<ObjectContent, 'parts'>, ranges = true): Answer {
  const all = objectHeaders(content);
  const stored = { etag: content.etag, timestamp: content.object.timestamp };
  const verdict = checkConditions(headers, stored);
  if (verdict === 'not-modified') return { status: 304, headers: all, spans: undefined };
  if (verdict === 'precondition-failed') {
    return { status: 412, headers: { ...all, 'Content-Length': '0' }, spans: undefined };
  }
  const { length } = content;
  const wanted = ranges && rangeStillApplies(headers, stored) ? headerOf(headers, 'range') : undefined;
  const spans = parseRanges(wanted, length);
  if (!spans) return { status: 200, headers: { ...all, 'Content-Length': String(length) }, spans };
  const [first] = spans;
  if (!first) {
    return {
      status: 416,
      headers: { ...all, 'Content-Length': '0', 'Content-Range': `bytes */${String(length)}` },
      spans,
    };
  }
  if (spans.length > 1) return { status: 206, headers: all, spans };
  const { start, end } = first;
  const range = `bytes ${String(start)}-${String(end)}/${String(length)}`;
  return { status: 206, headers: { ...all, 'Content-Range': range, 'Content-Length': String(end - start + 1) }, spans };
}
