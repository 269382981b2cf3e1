import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { DomainError } from '@ocx/service-kit/errors';
import type { ServiceRequest } from '@ocx/service-kit/service-request';
import { catchError, concatMap, from, map, Observable, throwError } from 'rxjs';
import type { AuditOutcome, AuditResource } from './audit-event.js';
import { AuditLog } from './audit-log.js';

const ACTIONS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'update', DELETE: 'delete' };
/** Whose success is recorded where the token is made: only there it is known whose it is. */
const ISSUING =
  /^\/v3\/(auth\/tokens$|auth\/OS-FEDERATION\/saml2(\/ecp|\/logout)?$|OS-FEDERATION\/|OS-OAUTH2\/(token|introspect)$)/;
/** Where browsers are sent to be let in, or out. */
const BY_ADDRESS = /^\/v3\/OS-FEDERATION\/saml2\/(login|slo)$/;
const NOBODY: AuditResource = { typeURI: 'service/security/account/user', id: 'unknown' };
const MAX_AGENT = 256;
/** The program that a signed request of OAuth 1.0a says to be of. */
const CONSUMER = /^OAuth .*\boauth_consumer_key="([\w-]{1,64})"/i;

function initiatorOf({ principal, body, params, headers }: ServiceRequest): AuditResource {
  // Without a token, a path that names a user is that user's own, proved by what the body holds.
  const ofPath = (params as { user_id?: string }).user_id;
  const consumer = CONSUMER.exec(headers.authorization ?? '')?.[1];
  if (!principal && consumer !== undefined) return { typeURI: 'service/security/account/client', id: consumer };
  if (!principal) return { ...NOBODY, ...(ofPath === undefined ? claimed(body) : { id: ofPath }) };
  const { userId, userDomainId, projectId, exchange } = principal;
  const name = exchange?.user.name;
  const isParty = exchange === undefined;
  return {
    typeURI: isParty ? 'service/security/account/client' : 'service/security/account/user',
    id: userId,
    ...(name === undefined ? {} : { name }),
    ...(userDomainId === undefined ? {} : { domain_id: userDomainId }),
    ...(projectId === undefined ? {} : { project_id: projectId }),
  };
}

/** Whom somebody says to be, who is not known yet. */
function claimed(body: unknown): { id?: string; name?: string } {
  const user = (body as { auth?: { identity?: { password?: { user?: { id?: unknown; name?: unknown } } } } } | null)
    ?.auth?.identity?.password?.user;
  const text = (value: unknown) => (typeof value === 'string' && value.length <= 255 ? value : undefined);
  const [id, name] = [text(user?.id), text(user?.name)];
  return { ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }) };
}

/** What the path names: `projects/users/roles` and the last of its ids; of something made, the id it was given. */
function targetOf(request: ServiceRequest, route: string, body?: unknown): AuditResource {
  const kinds = route.split('/').filter((part) => part !== '' && part !== 'v3' && !part.startsWith(':'));
  const ids = Object.values((body ?? {}) as Record<string, { id?: unknown } | null>).map((value) => value?.id);
  const made = ids.find((id) => typeof id === 'string');
  const named = Object.values(request.params as Record<string, string>).at(-1);
  return { typeURI: `data/security/${kinds.join('/')}`, id: made ?? named ?? 'unknown' };
}

/**
 * Records every change that somebody asks for: before it is made, as pending, and what became of it, before the answer.
 * Of what needs no token, who was refused is recorded here, and who was let in where the token is made.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(private readonly log: AuditLog) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<ServiceRequest>();
    const route = request.routeOptions.url ?? '';
    const action = ACTIONS[request.method] ?? (BY_ADDRESS.test(route) ? 'authenticate' : undefined);
    if (action === undefined) return next.handle();
    const origin = {
      address: request.ip,
      ...(request.headers['user-agent'] === undefined
        ? {}
        : { agent: request.headers['user-agent'].slice(0, MAX_AGENT) }),
      requestId: request.raw.requestId ?? '',
      path: (request.raw.originalUrl ?? request.originalUrl).split('?')[0] ?? '',
    };
    const recorded = () =>
      request.principal ? this.change(request, route, action, next) : this.entry(request, route, action, next);
    return new Observable((subscriber) => this.log.within(origin, () => recorded().subscribe(subscriber)));
  }

  private change(request: ServiceRequest, route: string, action: string, next: CallHandler): Observable<unknown> {
    const initiator = initiatorOf(request);
    const write = (outcome: AuditOutcome, target: AuditResource, reason?: string) =>
      this.log.record({ action, outcome, initiator, target, reason });
    return from(write('pending', targetOf(request, route))).pipe(
      concatMap(() =>
        next
          .handle()
          .pipe(
            catchError((error: unknown) =>
              this.refused(error, () => write('failure', targetOf(request, route), reasonOf(error))),
            ),
          ),
      ),
      concatMap((body: unknown) => from(write('success', targetOf(request, route, body))).pipe(map(() => body))),
    );
  }

  /** Nothing is written of strangers before it is known whether they are let in: they could fill the trail. */
  private entry(request: ServiceRequest, route: string, change: string, next: CallHandler): Observable<unknown> {
    const isIssuing = ISSUING.test(route);
    const action = isIssuing ? 'authenticate' : change;
    const initiator = initiatorOf(request);
    const write = (outcome: AuditOutcome, reason?: string) =>
      this.log.record({ action, outcome, initiator, target: targetOf(request, route), reason });
    const handled = next.handle().pipe(
      catchError((error: unknown) => {
        const reason = reasonOf(error);
        // A request that is no request tells nothing of anybody.
        if (reason === undefined || reason === 'InvalidInput') return throwError(() => error);
        return this.refused(error, () => write('failure', reason));
      }),
    );
    if (isIssuing) return handled;
    return handled.pipe(concatMap((body: unknown) => from(write('success')).pipe(map(() => body))));
  }

  private refused(error: unknown, record: () => Promise<void>): Observable<never> {
    return from(record()).pipe(concatMap(() => throwError(() => error)));
  }
}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof DomainError) return error.reason ?? error.name;
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (name === 'OAuthError' && typeof code === 'string') return code;
  return undefined;
}
