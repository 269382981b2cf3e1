import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type DocumentedOperation, OpenApiFile } from './openapi-file.js';

/**
 * Holds an application to its OpenAPI document while it is tested: whatever it answers, to whichever client, must be
 * described, and whatever it accepts must be. What is not, is left as an unhandled rejection: no test can swallow it, and
 * the run fails. To be called before the application listens.
 * @param report is told each difference once
 */
export function holdToDocument(
  app: Pick<NestFastifyApplication, 'getHttpAdapter'>,
  given: object,
  report: (problem: string) => void = failRun,
): void {
  const document = new OpenApiFile(given);
  const known = new Set<string>();
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onSend', (request, reply, payload, done) => {
    for (const problem of problemsOf(document, request, reply, payload)) {
      const told = `${request.method} ${request.routeOptions.url ?? ''} ${reply.statusCode}: ${problem}`;
      if (!known.has(told)) report(told);
      known.add(told);
    }
    done(null, payload);
  });
}

function failRun(problem: string): void {
  void Promise.reject(new Error(`Not as the OpenAPI document says: ${problem}`));
}

function problemsOf(
  document: OpenApiFile,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): readonly string[] {
  const route = request.routeOptions.url;
  if (route === undefined) return [];
  const refused = reply.statusCode >= 400;
  const operation = document.operation(request.method, route, request.originalUrl.split('?')[0] ?? '');
  // A wildcard route refuses what is no path of its API.
  if (!operation) return refused && route.endsWith('*') ? [] : ['no such operation'];
  return [
    ...answerProblems(operation, request, reply, payload),
    ...(refused ? [] : requestProblems(operation, request)),
  ];
}

function answerProblems(
  operation: DocumentedOperation,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): string[] {
  const answer = operation.answer(reply.statusCode);
  if (!answer) return ['no such status'];
  const header = (name: string) => reply.getHeader(name) ?? reply.raw.getHeader(name);
  const missing = answer.requiredHeaders.filter((name) => header(name) === undefined);
  const headers = missing.map((name) => `without the header ${name}`);
  if (request.method === 'HEAD') return headers;
  return [...headers, ...answer.bodyProblems(mediaType(header('content-type')), bodyOf(payload))];
}

function requestProblems(operation: DocumentedOperation, request: FastifyRequest): string[] {
  const missing = operation.requiredHeaders.filter((name) => request.headers[name.toLowerCase()] === undefined);
  return [
    ...missing.map((name) => `accepted without the header ${name}`),
    ...operation.queryProblems(request.query as Record<string, unknown>).map((problem) => `accepted ${problem}`),
    ...operation
      .requestBodyProblems(mediaType(request.headers['content-type']), request.body)
      .map((problem) => `accepted ${problem}`),
  ];
}

const mediaType = (header: unknown): string => (typeof header === 'string' ? (header.split(';')[0] ?? '').trim() : '');

/** Text as it is sent; undefined when there is none; a stream as it is. */
function bodyOf(payload: unknown): unknown {
  if (payload === null || payload === undefined || payload === '') return undefined;
  return Buffer.isBuffer(payload) ? payload.toString('utf8') : payload;
}
