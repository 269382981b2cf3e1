import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';

export interface Call {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: Uint8Array | string;
  readonly deadlineMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Each Set-Cookie header by itself: their values may hold commas. */
  readonly cookies: readonly string[];
  readonly body: Buffer;
  json(): unknown;
}

const DEADLINE_MS = 60_000;

/** An answer other than 2xx or 3xx, with the words of the service that gave it. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    call: Call,
    readonly detail: string,
  ) {
    super(`${call.method ?? 'GET'} ${call.url} answered ${String(status)}: ${detail}`);
  }
}

/** The message inside any of OpenStack's fault bodies or an RFC 9457 problem. */
function messageIn(body: Buffer): string {
  const text = body.toString('utf8');
  try {
    const fault = JSON.parse(text) as Record<string, unknown>;
    if (typeof fault['detail'] === 'string') return fault['detail'];
    const inner = Object.values(fault).find((value) => typeof value === 'object' && value !== null);
    const message = (inner as Record<string, unknown> | undefined)?.['message'];
    if (typeof message === 'string') return message;
  } catch {
    // Not JSON: its beginning says enough.
  }
  return text.slice(0, 300);
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

/** Speaks to the exchange as any client would: over HTTP, with a deadline, and with a private CA where one is configured. */
export class HttpApi {
  private readonly agent: Agent;

  constructor(authorityFile?: string) {
    this.agent = new Agent({
      connect: authorityFile === undefined ? {} : { ca: readFileSync(authorityFile) },
      // A service that restarts must not be met by a connection of its predecessor.
      keepAliveTimeout: 1000,
    });
  }

  /** Gives answers of 2xx and 3xx; throws ApiError for the others. */
  async call(call: Call): Promise<Answer> {
    const headers: Record<string, string> = { accept: 'application/json', ...call.headers };
    if (call.token !== undefined) headers['x-auth-token'] = call.token;
    if (call.json !== undefined) headers['content-type'] = 'application/json';
    const deadline = AbortSignal.timeout(call.deadlineMs ?? DEADLINE_MS);
    const response = await request(call.url, {
      method: call.method ?? 'GET',
      headers,
      body: call.json === undefined ? (call.body ?? null) : JSON.stringify(call.json),
      dispatcher: this.agent,
      signal: deadline,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const body = Buffer.from(await response.body.arrayBuffer());
    if (response.statusCode >= 400) throw new ApiError(response.statusCode, call, messageIn(body));
    const json = () => JSON.parse(body.toString('utf8')) as unknown;
    const cookies = [response.headers['set-cookie'] ?? []].flat();
    return { status: response.statusCode, headers: flat(response.headers), cookies, body, json };
  }

  async close(): Promise<void> {
    await this.agent.close();
  }
}
