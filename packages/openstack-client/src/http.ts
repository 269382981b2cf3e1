import type { Readable } from 'node:stream';
import { isIP } from 'node:net';
import { Agent, buildConnector, errors, type Dispatcher } from 'undici';
import { AddressPolicy, AddressRefused } from './address-policy.js';

/** The peer could not be reached, or broke the connection before it answered. */
export class PeerUnreachable extends Error {
  override name = 'PeerUnreachable';
}

/** The peer did not answer, or did not finish, within the deadline. */
export class PeerTimeout extends PeerUnreachable {
  override name = 'PeerTimeout';
}

/** The peer answered with something that no honest peer sends: too much, not JSON, a redirect. */
export class PeerMisbehaved extends Error {
  override name = 'PeerMisbehaved';
}

export type HeaderValue = string | string[] | undefined;

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer | Readable;
  /** Milliseconds for the whole exchange; for `stream`, until the headers of the answer. */
  readonly deadlineMs?: number;
  /** Bytes of answer accepted by `request`. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Record<string, HeaderValue>;
  readonly body: Buffer;
  /** The body as JSON, or {@link PeerMisbehaved}. */
  json(): unknown;
}

export interface HttpStream {
  readonly status: number;
  readonly headers: Record<string, HeaderValue>;
  readonly body: Readable;
}

const DEFAULT_DEADLINE_MS = 10_000;
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;
const MAX_HEADER_BYTES = 32 * 1024;

/**
 * How a service calls another party. The host is resolved once per connection and checked, the connection goes to that
 * very address, redirects are never followed, and every call has a deadline and a bound on what it reads.
 */
export class HttpClient {
  private readonly agent: Agent;

  constructor(options: { policy?: AddressPolicy; connections?: number; ca?: string } = {}) {
    const connector = buildConnector({
      timeout: 5_000,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    });
    const policy = options.policy ?? anyAddress;
    this.agent = new Agent({
      connections: options.connections ?? 128,
      pipelining: 1,
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: 20_000,
      // The name is resolved once, here, and the connection goes to the address that was checked.
      connect: (target, callback) => {
        policy.resolve(new URL(`${target.protocol}//${target.host ?? target.hostname}`)).then(
          (address) => {
            const servername = target.servername ?? (isIP(target.hostname) ? undefined : target.hostname);
            connector({ ...target, hostname: address, ...(servername === undefined ? {} : { servername }) }, callback);
          },
          (error: unknown) => {
            callback(error instanceof Error ? error : new Error('The address could not be resolved.'), null);
          },
        );
      },
    });
  }

  /** Sends and reads the whole answer. Any status but a redirect is an answer; the caller judges it. */
  async request(request: HttpRequest): Promise<HttpResponse> {
    const deadline = AbortSignal.timeout(request.deadlineMs ?? DEFAULT_DEADLINE_MS);
    const signal = request.signal ? AbortSignal.any([deadline, request.signal]) : deadline;
    try {
      const answer = await this.dispatch(request, signal);
      const body = await readBounded(answer.body, request.maxBytes ?? DEFAULT_MAX_BYTES);
      return { status: answer.statusCode, headers: answer.headers, body, json: () => parseJson(body) };
    } catch (error) {
      throw this.translate(error, deadline, request.url);
    }
  }

  /** Sends and returns as soon as the headers are there; the caller reads the body at its own pace, or destroys it. */
  async stream(request: HttpRequest): Promise<HttpStream> {
    const deadline = new AbortController();
    const timer = setTimeout(() => {
      deadline.abort(new DOMException('deadline', 'TimeoutError'));
    }, request.deadlineMs ?? DEFAULT_DEADLINE_MS);
    const signal = request.signal ? AbortSignal.any([deadline.signal, request.signal]) : deadline.signal;
    try {
      const answer = await this.dispatch(request, signal);
      return { status: answer.statusCode, headers: answer.headers, body: answer.body };
    } catch (error) {
      throw this.translate(error, deadline.signal, request.url);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private async dispatch(request: HttpRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const url = new URL(request.url);
    const answer = await this.agent.request({
      origin: url.origin,
      path: rawPath(request.url),
      method: request.method,
      headers: request.headers ?? {},
      body: request.body ?? null,
      signal,
      headersTimeout: 0,
      bodyTimeout: 300_000,
    });
    // Nobody reads an answer that is thrown away: without a listener its abort would end the process.
    answer.body.on('error', () => undefined);
    if (answer.statusCode >= 300 && answer.statusCode < 400 && answer.statusCode !== 304 && answer.statusCode !== 300) {
      answer.body.destroy();
      throw new PeerMisbehaved(`${url.host} answered with a redirect.`);
    }
    return answer;
  }

  private translate(error: unknown, deadline: AbortSignal, target: string): Error {
    const host = new URL(target).host;
    if (error instanceof PeerMisbehaved || error instanceof AddressRefused) return error;
    if (deadline.aborted) return new PeerTimeout(`${host} did not answer in time.`);
    if (error instanceof errors.HeadersOverflowError || error instanceof errors.HTTPParserError) {
      return new PeerMisbehaved(`${host} sent what is not HTTP.`);
    }
    if (error instanceof errors.ConnectTimeoutError) return new PeerTimeout(`${host} did not answer in time.`);
    return new PeerUnreachable(`${host} could not be reached (${(error as NodeJS.ErrnoException).code ?? 'error'}).`, {
      cause: error,
    });
  }
}

const anyAddress = new AddressPolicy(['0.0.0.0/0', '::/0']);

// The path as given: `URL` would fold `%2e%2e` and `..`, which are legal in an object's name.
function rawPath(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2);
  const path = start < 0 ? '/' : url.slice(start);
  const fragment = path.indexOf('#');
  return fragment < 0 ? path : path.slice(0, fragment);
}

async function readBounded(stream: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > maxBytes) {
      stream.destroy();
      throw new PeerMisbehaved('The peer sent more than was asked for.');
    }
    chunks.push(bytes);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new PeerMisbehaved('The peer sent what is not JSON.');
  }
}
