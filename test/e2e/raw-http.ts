import { request as requestHttp, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';

const DEADLINE_MS = 30_000;

export interface RawRequest {
  readonly method?: string;
  /** Scheme, host and port are taken from it, and the path unless `path` is given. */
  readonly url: string;
  /** Sent as it stands: no client library tidies it up. */
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** One request as it stands, and its answer whatever its status. */
export function send({ method = 'GET', url, path, headers = {}, body }: RawRequest): Promise<RawAnswer> {
  const { hostname, port, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = requestHttp(
      { method, hostname, port, path: path ?? `${pathname}${search}`, headers, agent: false, timeout: DEADLINE_MS },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      },
    );
    request.on('timeout', () => request.destroy(new Error(`${method} ${url} was not answered.`)));
    // A refused upload may be cut off after the answer was read.
    request.on('error', reject);
    request.end(body);
  });
}

/** Bytes as they stand, and the first line of what comes back: for what no HTTP client would send. */
export function sendBytes(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: DEADLINE_MS });
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.on('timeout', () => socket.destroy(new Error(`${url} was not answered.`)));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(text.split('\r\n')[0] ?? '');
    });
    socket.end(bytes);
  });
}
