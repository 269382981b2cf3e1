import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { MarkedRequest } from '@ocx/service-kit/service-request';

/** Paths of Swift's API. */
export const isSwiftPath = (path: string): boolean => /^\/(?:v1(?:\.0)?(?=[/?]|$)|info(?:\?|$))/.test(path);

/** Gives every Swift request the `X-Trans-Id` that clients show in their errors; on refusals and unknown paths too. */
export function transactionIdMiddleware(request: MarkedRequest, response: ServerResponse, next: () => void): void {
  if (isSwiftPath(request.originalUrl ?? request.url ?? '/')) {
    const id = `tx${randomBytes(11).toString('hex').slice(0, 21)}-${Math.floor(Date.now() / 1000)
      .toString(16)
      .padStart(10, '0')}`;
    response.setHeader('x-trans-id', id);
  }
  next();
}
