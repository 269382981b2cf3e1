import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { MicroversionValue } from './microversion.js';
import type { Principal } from './principal.js';

/** A raw request as middleware sees and marks it. */
export interface MarkedRequest extends IncomingMessage {
  originalUrl?: string;
  requestId?: string;
  /** Why its token was refused: for the log, never for the caller. */
  refusal?: string;
  microversion?: MicroversionValue;
}

/** A request as guards and controllers see it. */
export type ServiceRequest = FastifyRequest & { principal?: Principal; raw: MarkedRequest };
