import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { ZodError } from 'zod';
import {
  BackendUnavailable,
  BadGateway,
  Conflict,
  DomainError,
  Forbidden,
  InvalidInput,
  MethodNotAllowed,
  NotAcceptable,
  NotFound,
  NotSupported,
  PayloadTooLarge,
  PreconditionFailed,
  QuotaExceeded,
  RangeNotSatisfiable,
  Unauthenticated,
  UnprocessableInput,
} from './errors.js';
import { type Fault, type FaultStyle, faultTitle, type RenderedFault, renderFault } from './fault.js';
import type { ServiceRequest } from './service-request.js';
import { describeIssue } from './validation.js';

/** What was wrong with a token: the cause's words, for the log. */
function refusalOf(error: unknown): string | undefined {
  let at = error;
  let refused = false;
  while (at instanceof DomainError && at.cause instanceof Error) {
    refused ||= at instanceof Unauthenticated;
    at = at.cause;
  }
  return (refused || at instanceof Unauthenticated) && at instanceof Error ? at.message : undefined;
}

type DomainErrorClass = abstract new (...args: never[]) => DomainError;

const STATUS: readonly (readonly [DomainErrorClass, number])[] = [
  [InvalidInput, 400],
  [Unauthenticated, 401],
  [Forbidden, 403],
  [NotFound, 404],
  [MethodNotAllowed, 405],
  [NotAcceptable, 406],
  [Conflict, 409],
  [PreconditionFailed, 412],
  [PayloadTooLarge, 413],
  [RangeNotSatisfiable, 416],
  [UnprocessableInput, 422],
  [NotSupported, 501],
  [BadGateway, 502],
  [BackendUnavailable, 503],
];

// Nova and Keystone refuse what is over quota with 403, Cinder and Swift with 413.
const quotaStatus = (style: FaultStyle) => (style === 'cinder' || style === 'swift' ? 413 : 403);

function domainFault(error: DomainError, style: FaultStyle): Fault {
  const status =
    error instanceof QuotaExceeded ? quotaStatus(style) : (STATUS.find(([type]) => error instanceof type)?.[1] ?? 500);
  return {
    status,
    message: error.message,
    reason: error.reason,
    retryAfterSeconds: error instanceof BackendUnavailable ? error.retryAfterSeconds : undefined,
  };
}

// Errors of the framework (unroutable, unparsable, too large) carry a status of their own.
function frameworkStatus(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

function frameworkMessage(error: unknown, status: number): string {
  if (status === 404) return 'The resource could not be found.';
  if (status === 413) return 'The request is too large.';
  return error instanceof Error && status < 500 ? error.message : faultTitle(status);
}

/** Any thrown value as a fault; what is not understood is a 500 that tells nothing. */
export function toFault(error: unknown, style: FaultStyle): Fault {
  if (error instanceof DomainError) return domainFault(error, style);
  if (error instanceof ZodError) return { status: 400, message: describeIssue(error) };
  const status = frameworkStatus(error);
  if (status !== undefined) return { status, message: frameworkMessage(error, status) };
  return { status: 500, message: 'The server could not comply with the request. Its log has the reason.' };
}

/** Renders everything that a request can throw in the form of the API that was called. */
@Catch()
export class FaultFilter implements ExceptionFilter {
  constructor(
    private readonly styleOf: (path: string) => FaultStyle,
    private readonly log: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<ServiceRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also used for errors that arise before routing. */
  answer(error: unknown, request: Pick<ServiceRequest, 'raw' | 'method' | 'headers'>, reply: FastifyReply): void {
    const path = request.raw.url ?? '/';
    const { status, rendered } = this.render(error, this.styleOf(path), request.headers.accept ?? '');
    const refusal = refusalOf(error);
    if (refusal !== undefined) request.raw.refusal = refusal;
    if (status === 500) {
      this.log.error({ err: error, requestId: request.raw.requestId, method: request.method }, 'request failed');
    }
    if (reply.raw.headersSent || reply.sent) {
      reply.raw.destroy();
      return;
    }
    void reply
      .code(status)
      .headers(rendered.headers)
      .type(rendered.contentType)
      .send(request.method === 'HEAD' ? undefined : rendered.body);
  }

  /** An error as the bytes of one API's fault. */
  render(error: unknown, style: FaultStyle, accept: string): { status: number; rendered: RenderedFault } {
    const fault = toFault(error, style);
    return { status: fault.status, rendered: renderFault(style, fault, accept) };
  }
}
