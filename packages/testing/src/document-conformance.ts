import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type DocumentedOperation, OpenApiFile } from './openapi-file.js';

/** One request and what was answered. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** The router's pattern, `/v1/*`; undefined when only the path is known. */
  readonly route?: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly requestHeader: (name: string) => unknown;
  /** Parsed. */
  readonly requestBody: unknown;
  readonly status: number;
  readonly header: (name: string) => unknown;
  /** Text as it was sent, undefined when there was none; a stream as it is. */
  readonly body: unknown;
}

function failRun(problem: string): void {
  void Promise.reject(new Error(`Not as the OpenAPI document says: ${problem}`));
}

/**
 * Holds a service under test to its OpenAPI document: whatever it answers must be described, and whatever it accepts must
 * be. What is not, is left as an unhandled rejection: no test can swallow it, and the run fails.
 */
export class DocumentConformance {
  private readonly document: OpenApiFile;
  private readonly known = new Set<string>();

  /** @param report is told each difference once */
  constructor(
    document: object,
    private readonly report: (problem: string) => void = failRun,
  ) {
    this.document = new OpenApiFile(document);
  }

  check(exchange: Exchange): void {
    for (const problem of this.problemsOf(exchange)) {
      const told = `${exchange.method} ${exchange.route ?? exchange.path} ${exchange.status}: ${problem}`;
      if (!this.known.has(told)) this.report(told);
      this.known.add(told);
    }
  }

  private problemsOf(exchange: Exchange): string[] {
    const refused = exchange.status >= 400;
    const operation = this.document.operation(exchange) ?? this.getOf(exchange);
    // A wildcard route refuses what is no path of its API, and nobody routes what is no path at all.
    const unrouted = exchange.route === undefined || exchange.route.endsWith('*');
    if (!operation) return refused && unrouted ? [] : ['no such operation'];
    return [...answerProblems(operation, exchange), ...(refused ? [] : requestProblems(operation, exchange))];
  }

  /** A HEAD that is not described answers as its GET does. */
  private getOf(exchange: Exchange): DocumentedOperation | undefined {
    return exchange.method === 'HEAD' ? this.document.operation({ ...exchange, method: 'GET' }) : undefined;
  }
}

/** Checks everything that an application answers, to whichever client. To be called before it listens. */
export function holdToDocument(
  app: Pick<NestFastifyApplication, 'getHttpAdapter'>,
  document: object,
  report?: (problem: string) => void,
): void {
  const conformance = new DocumentConformance(document, report);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', (request, reply, payload, done) => {
      // What is said once the client is gone reaches nobody.
      const isHeard = !reply.raw.destroyed;
      if (isHeard && request.routeOptions.url !== undefined) conformance.check(exchangeOf(request, reply, payload));
      done(null, payload);
    });
}

function exchangeOf(request: FastifyRequest, reply: FastifyReply, payload: unknown): Exchange {
  const { url } = request.routeOptions;
  return {
    method: request.method,
    path: request.originalUrl.split('?')[0] ?? '',
    ...(url === undefined ? {} : { route: url }),
    query: request.query as Record<string, unknown>,
    requestHeader: (name) => request.headers[name.toLowerCase()],
    requestBody: request.body,
    status: reply.statusCode,
    header: (name) => reply.getHeader(name) ?? reply.raw.getHeader(name),
    body: bodyOf(payload),
  };
}

function bodyOf(payload: unknown): unknown {
  if (payload === null || payload === '') return undefined;
  return Buffer.isBuffer(payload) ? payload.toString('utf8') : payload;
}

function answerProblems(operation: DocumentedOperation, { method, status, header, body }: Exchange): string[] {
  const answer = operation.answer(status);
  if (!answer) return ['no such status'];
  const missing = answer.requiredHeaders.filter((name) => (header(name) ?? null) === null);
  const headers = missing.map((name) => `without the header ${name}`);
  return method === 'HEAD' ? headers : [...headers, ...answer.bodyProblems(mediaType(header('content-type')), body)];
}

function requestProblems(operation: DocumentedOperation, { query, requestHeader, requestBody }: Exchange): string[] {
  const missing = operation.requiredHeaders.filter((name) => requestHeader(name) === undefined);
  return [
    ...missing.map((name) => `accepted without the header ${name}`),
    ...operation.queryProblems(query).map((problem) => `accepted ${problem}`),
    ...operation
      .requestBodyProblems(mediaType(requestHeader('content-type')), requestBody)
      .map((problem) => `accepted ${problem}`),
  ];
}

const mediaType = (header: unknown): string => (typeof header === 'string' ? (header.split(';')[0] ?? '').trim() : '');
