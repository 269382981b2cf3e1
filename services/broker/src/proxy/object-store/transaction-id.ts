import { randomBytes } from 'node:crypto';
import type { Middleware } from '@ocx/service-kit/bootstrap';

const OBJECTS = /^\/(?:info(?:[?]|$)|regions\/[^/]+\/object-store(?:[/?]|$))/;

/** Swift's `X-Trans-Id`, on every answer: clients print it, also of faults. */
export const transactionIdMiddleware: Middleware = (request, response, next) => {
  if (OBJECTS.test(request.url ?? '/')) {
    const seconds = Math.floor(Date.now() / 1000).toString(16);
    const id = `tx${randomBytes(11).toString('hex').slice(0, 21)}-${seconds.padStart(10, '0')}`;
    response.setHeader('X-Trans-Id', id);
    response.setHeader('X-Openstack-Request-Id', id);
  }
  next();
};
