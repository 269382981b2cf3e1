import type { Readable } from 'node:stream';
import { HttpException } from '@nestjs/common';
import {
  containerNameProblem,
  objectNameProblem,
  parseSwiftPath,
  type SwiftTarget,
} from '@ocx/openstack-api/object-store/path';
import { InvalidInput, PreconditionFailed, Unauthenticated } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import type { ServiceRequest } from '@ocx/service-kit/service-request';
import type { Headers } from '../objects/object-request.js';

/** One request of Swift's API, read from the raw request line: the framework's parameters are decoded once too often. */
export interface SwiftCall<T extends SwiftTarget = SwiftTarget> {
  readonly method: string;
  readonly target: T;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly principal: Principal;
  /** The body as it comes in, opened once. Silence for longer than the service allows ends the connection. */
  readonly openBody: () => Readable;
}

export type AccountCall = SwiftCall<Extract<SwiftTarget, { kind: 'account' }>>;
export type ContainerCall = SwiftCall<Extract<SwiftTarget, { kind: 'container' }>>;
export type ObjectCall = SwiftCall<Extract<SwiftTarget, { kind: 'object' }>>;

const CLIENT_CLOSED_REQUEST = 499;
const BROKEN_OFF = new Set(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE']);

/** Throws Swift's refusal of a URL that names nothing. */
export function targetOf(request: ServiceRequest): SwiftTarget {
  const target = parseSwiftPath(splitUrl(request).path);
  if (!('problem' in target)) return target;
  if (target.problem === 'bad-version') throw new InvalidInput('The API version is not one of this service.');
  throw new PreconditionFailed(target.problem === 'bad-url' ? 'Bad URL' : 'Invalid UTF8 or contains NULL');
}

/** Throws {@link InvalidInput} for a name longer than Swift takes. */
export function checkNames(target: SwiftTarget): void {
  const problem =
    (target.kind === 'account' ? undefined : containerNameProblem(target.container)) ??
    (target.kind === 'object' ? objectNameProblem(target.object) : undefined);
  if (problem !== undefined) throw new InvalidInput(problem);
}

export function swiftCall(request: ServiceRequest, timeoutSeconds: number): SwiftCall {
  const { principal } = request;
  if (!principal) throw new Unauthenticated('The request you have made requires authentication.');
  return {
    method: request.method,
    target: targetOf(request),
    query: new URLSearchParams(splitUrl(request).query),
    headers: request.headers,
    principal,
    openBody: () => openBody(request, timeoutSeconds),
  };
}

function splitUrl(request: ServiceRequest): { path: string; query: string } {
  const url = request.originalUrl;
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

function openBody({ raw }: ServiceRequest, timeoutSeconds: number): Readable {
  const { socket } = raw;
  socket.setTimeout(timeoutSeconds * 1000);
  // Syncing a large file takes long without a byte on the wire.
  raw.once('end', () => {
    socket.setTimeout(0);
  });
  return raw;
}

/** An error that only says that the body broke off becomes Swift's fault for that; others stay. */
export function faultOf({ raw }: ServiceRequest, error: unknown): unknown {
  const brokeOff = raw.destroyed && !raw.complete && BROKEN_OFF.has((error as NodeJS.ErrnoException).code ?? '');
  if (!brokeOff) return error;
  return new HttpException('The client went away in the middle of its request.', CLIENT_CLOSED_REQUEST);
}

/** Reads a whole body that must be small. Throws `tooLarge()` beyond the limit. */
export async function collectBody(body: Readable, maxBytes: number, tooLarge: () => Error): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
