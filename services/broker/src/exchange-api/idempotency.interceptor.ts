import { createHash } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { z } from 'zod';
import { InvalidInput } from '@ocx/service-kit/errors';
import type { ServiceRequest } from '@ocx/service-kit/service-request';
import { IdempotencyRepository } from './idempotency.repository.js';

const Key = z.string().regex(/^[\x21-\x7e]{1,128}$/);

/** The header of such a request. */
export const IDEMPOTENT = z.object({
  'Idempotency-Key': Key.describe('chosen by the caller, the same when it asks again'),
});

/** Requires `Idempotency-Key` on a POST that changes something, and answers a repeated one as it was answered first. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly repository: IdempotencyRepository) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return from(this.once(context.switchToHttp().getRequest<ServiceRequest>(), next));
  }

  private async once(request: ServiceRequest, next: CallHandler): Promise<unknown> {
    const key = Key.safeParse(request.headers['idempotency-key']);
    if (!key.success) throw new InvalidInput('This needs an Idempotency-Key header.', { reason: 'no_idempotency_key' });
    const { principal } = request;
    const scope = `${principal?.userId ?? ''}/${principal?.projectId ?? ''}`;
    const requestSha256 = createHash('sha256')
      .update(JSON.stringify([request.method, request.raw.url, request.body ?? null]))
      .digest('hex');
    const known = await this.repository.begin(scope, key.data, requestSha256);
    if (known) return known.answer;
    try {
      const answer: unknown = await lastValueFrom(next.handle());
      await this.repository.finish(scope, key.data, answer);
      return answer;
    } catch (error) {
      await this.repository.forget(scope, key.data);
      throw error;
    }
  }
}
