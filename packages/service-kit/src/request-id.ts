import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { MarkedRequest } from './service-request.js';

const WELL_FORMED = /^req-[0-9a-f-]{36}$/;

/** Gives every request an id, as OpenStack does: `x-openstack-request-id: req-<uuid>`, kept from a peer that sent one. */
export function requestIdMiddleware(request: MarkedRequest, response: ServerResponse, next: () => void): void {
  const given = request.headers['x-openstack-request-id'];
  const id = typeof given === 'string' && WELL_FORMED.test(given) ? given : `req-${randomUUID()}`;
  request.requestId = id;
  response.setHeader('x-openstack-request-id', id);
  response.setHeader('x-compute-request-id', id);
  next();
}
