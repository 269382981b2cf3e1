import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { useAllowedMethods } from './allowed-methods.js';
import { useBodyParsers } from './body-parser.js';
import { type BaseConfig, ConfigurationError } from './config.js';
import type { FaultStyle } from './fault.js';
import { InvalidInput } from './errors.js';
import { FaultFilter } from './fault-filter.js';
import { answerClientError } from './client-error.js';
import { createLogger, NestLogger } from './logger.js';
import { requestIdMiddleware } from './request-id.js';
import type { MarkedRequest } from './service-request.js';

/** Runs before routing, so also on a 401 and on an unrouted 404. A middleware that ends the response stops there. */
export type Middleware = (request: MarkedRequest, response: ServerResponse, next: () => void) => void;

export interface AppOptions {
  readonly name: string;
  readonly config: BaseConfig;
  /** Which API's error form a path has. */
  readonly faultStyle: (path: string) => FaultStyle;
  /** Paths whose body is left unread on `request.raw`. */
  readonly rawBody?: (path: string, method: string) => boolean;
  /** Bytes of a parsed body, 1 MiB unless told otherwise. */
  readonly bodyLimit?: number;
  readonly middleware?: readonly Middleware[];
  /** What to route a request line's URL as. Handlers still find the one that was sent in `request.originalUrl`. */
  readonly routeAs?: (url: string) => string;
  /** Whether every GET answers HEAD as well, with the same status and headers. A handler of its own goes before. */
  readonly headForGet?: boolean;
  /** Whether a path says which methods it has: 405 instead of 404 for another one, and an answer to OPTIONS. */
  readonly tellMethods?: boolean;
  /** Whether a URL or a body with a text that PostgreSQL cannot hold is refused, as with a null character. */
  readonly storableTexts?: boolean;
  readonly logger?: Logger;
}

function rewriting(routeAs: AppOptions['routeAs']): { rewriteUrl?: (request: { url?: string }) => string } {
  return routeAs ? { rewriteUrl: (request) => routeAs(request.url ?? '/') } : {};
}

const SHUTDOWN_GRACE_MS = 5_000;
const MAX_PARAM_LENGTH = 4_096;

// Bodies are checked and rendered by zod. Naming compilers keeps Fastify from loading its own, which are a fifth of all
// files that a service would read at its start.
function noJsonSchemas(): never {
  throw new Error('A route names a JSON schema; bodies are checked with zod.');
}
const SCHEMA_CONTROLLER = { compilersFactory: { buildValidator: noJsonSchemas, buildSerializer: noJsonSchemas } };

function tlsOptions(config: BaseConfig): { https?: { cert: Buffer; key: Buffer } } {
  if (config.OCX_TLS_CERT === undefined || config.OCX_TLS_KEY === undefined) return {};
  return { https: { cert: readFileSync(config.OCX_TLS_CERT), key: readFileSync(config.OCX_TLS_KEY) } };
}

/** Builds the application without listening; tests listen on port 0 themselves. */
export async function createApp(
  rootModule: Type | DynamicModule,
  options: AppOptions,
): Promise<NestFastifyApplication> {
  await mkdir(options.config.OCX_DATA_DIR, { recursive: true, mode: 0o700 });
  const logger = options.logger ?? createLogger(options.name, options.config.OCX_LOG_LEVEL);
  const faults = new FaultFilter(options.faultStyle, logger);
  const adapter = new FastifyAdapter({
    ...tlsOptions(options.config),
    exposeHeadRoutes: options.headForGet ?? false,
    schemaController: SCHEMA_CONTROLLER,
    forceCloseConnections: 'idle',
    bodyLimit: Number.MAX_SAFE_INTEGER,
    requestTimeout: 0,
    ...rewriting(options.routeAs),
    routerOptions: {
      maxParamLength: MAX_PARAM_LENGTH,
      ignoreDuplicateSlashes: false,
      onBadUrl: (_path: string, request: unknown, response: unknown) => {
        answerBadUrl(faults, options, request as FastifyRequest['raw'], response as ServerResponse);
      },
    },
    clientErrorHandler: (error: Error, socket: Socket) => {
      answerClientError(faults, options.faultStyle('/'), error, socket);
    },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      faults.answer(error, request, reply);
    },
  } as ConstructorParameters<typeof FastifyAdapter>[0]);
  const fastify = adapter.getInstance<FastifyInstance>();
  const app = await NestFactory.create<NestFastifyApplication>(rootModule, adapter, {
    bodyParser: false,
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  useBodyParsers(fastify, {
    rawBody: options.rawBody ?? (() => false),
    bodyLimit: options.bodyLimit ?? 1024 * 1024,
    storableTexts: options.storableTexts ?? false,
  });
  useMiddleware(fastify, [requestIdMiddleware, ...(options.middleware ?? [])]);
  if (options.storableTexts === true) refuseNullsInUrls(fastify);
  if (options.tellMethods === true) useAllowedMethods(fastify, MAX_PARAM_LENGTH);
  logRequests(fastify, logger);
  app.useGlobalFilters(faults);
  return app;
}

/** What each API says of a URL that cannot be decoded. */
function badUrlFault(style: FaultStyle): Error & { statusCode: number } {
  return style === 'swift'
    ? Object.assign(new Error('Invalid UTF8 or contains NULL'), { statusCode: 412 })
    : Object.assign(new Error('The URL is malformed.'), { statusCode: 400 });
}

function answerBadUrl(
  faults: FaultFilter,
  options: AppOptions,
  request: MarkedRequest | FastifyRequest['raw'],
  response: ServerResponse,
): void {
  runMiddleware([requestIdMiddleware, ...(options.middleware ?? [])], request, response, () => {
    const style = options.faultStyle(request.url ?? '/');
    const { status, rendered } = faults.render(badUrlFault(style), style, request.headers.accept ?? '');
    response.writeHead(status, { 'content-type': rendered.contentType, ...rendered.headers });
    response.end(rendered.body);
  });
}

/** Calls `done` after the last one, or `ended` when one of them ended the response. */
function runMiddleware(
  middleware: readonly Middleware[],
  request: MarkedRequest,
  response: ServerResponse,
  done: () => void,
  ended: () => void = () => undefined,
): void {
  const run = (index: number): void => {
    const next = middleware[index];
    if (!next) {
      done();
      return;
    }
    next(request, response, () => {
      run(index + 1);
    });
    if (response.writableEnded) ended();
  };
  run(0);
}

function useMiddleware(fastify: FastifyInstance, middleware: readonly Middleware[]): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    runMiddleware(middleware, request.raw, reply.raw, done, () => {
      if (!reply.sent) reply.hijack();
    });
  });
}

function refuseNullsInUrls(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const holdsNull = request.raw.url?.includes('%00') === true;
    done(holdsNull ? new InvalidInput('The URL holds a null character.') : undefined);
  });
}

// Path only: a query may carry a signature, a header a token.
function logRequests(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const url = request.raw.url ?? '/';
    const query = url.indexOf('?');
    const { requestId, refusal } = request.raw as MarkedRequest;
    logger.info({
      requestId,
      method: request.method,
      path: query < 0 ? url : url.slice(0, query),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      ...(refusal === undefined ? {} : { refusal }),
    });
    done();
  });
}

/** Listens, and ends cleanly on SIGTERM, SIGINT and SIGHUP: requests in flight get a few seconds. */
export async function listen(app: NestFastifyApplication, options: AppOptions): Promise<void> {
  const logger = options.logger ?? createLogger(options.name, options.config.OCX_LOG_LEVEL);
  await app.listen({ port: options.config.OCX_PORT, host: options.config.OCX_LISTEN_HOST });
  logger.info(`listening on ${await app.getUrl()}`);
  let closing = false;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (closing) return;
      closing = true;
      const server = app.getHttpServer() as { closeAllConnections(): void };
      setTimeout(() => {
        server.closeAllConnections();
      }, SHUTDOWN_GRACE_MS).unref();
      app.close().then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'the shutdown failed');
          process.exit(1);
        },
      );
    });
  }
}

/** Runs a service's main: what keeps it from starting becomes one clear line, and exit code 1. */
export async function runService(name: string, start: () => Promise<void>): Promise<void> {
  try {
    await start();
  } catch (error) {
    if (error instanceof ConfigurationError) {
      for (const problem of error.problems) process.stderr.write(`${name}: ${problem}\n`);
    } else {
      createLogger(name, 'error').fatal({ err: error }, 'cannot start');
    }
    process.exit(1);
  }
}
