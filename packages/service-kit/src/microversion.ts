import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import type { MarkedRequest, ServiceRequest } from './service-request.js';

export interface MicroversionValue {
  readonly major: number;
  readonly minor: number;
}

export interface MicroversionOptions {
  /** The service type in `OpenStack-API-Version: compute 2.79`. */
  readonly service: 'compute' | 'volume' | 'placement';
  /** Nova's own header from before the common one. */
  readonly legacyHeader?: string;
  readonly min: MicroversionValue;
  readonly max: MicroversionValue;
  /** Only paths for which this is true are versioned. */
  readonly applies: (path: string) => boolean;
}

/** The negotiated microversion of this request. */
export const RequestMicroversion = createParamDecorator((_: unknown, context: ExecutionContext): MicroversionValue => {
  const request = context.switchToHttp().getRequest<ServiceRequest>();
  return request.raw.microversion ?? { major: 0, minor: 0 };
});

export const formatMicroversion = (version: MicroversionValue): string => `${version.major}.${version.minor}`;

/** Whether `version` is `minor` of the same major, or newer. */
export const isAtLeast = (version: MicroversionValue, minor: number): boolean => version.minor >= minor;

/** The version asked for: `latest`, `2.79`, undefined when none is named, or null when it is malformed. */
function requested(request: MarkedRequest, options: MicroversionOptions): string | null | undefined {
  const common = request.headers['openstack-api-version'];
  const values = (Array.isArray(common) ? common.join(',') : (common ?? '')).split(',');
  for (const value of values) {
    const [service, version, ...rest] = value.trim().split(/\s+/);
    if (service?.toLowerCase() === options.service) return rest.length === 0 ? (version ?? null) : null;
  }
  if (options.legacyHeader === undefined) return undefined;
  const legacy = request.headers[options.legacyHeader.toLowerCase()];
  return Array.isArray(legacy) ? null : legacy?.trim();
}

function negotiate(
  asked: string | undefined,
  options: MicroversionOptions,
): MicroversionValue | 'malformed' | 'unknown' {
  if (asked === undefined || asked === '') return options.min;
  if (asked === 'latest') return options.max;
  const match = /^([1-9]\d{0,3})\.(0|[1-9]\d{0,3})$/.exec(asked);
  if (!match) return 'malformed';
  const version = { major: Number(match[1]), minor: Number(match[2]) };
  const { min, max } = options;
  const supported = version.major === min.major && version.minor >= min.minor && version.minor <= max.minor;
  return supported ? version : 'unknown';
}

/**
 * Microversion negotiation as Nova and Cinder do it: the request is marked, the answer echoes the version and `Vary`; a
 * malformed version is 400, one outside the range 406. It is middleware so that a 401 or 404 carries the headers too.
 */
export function microversionMiddleware(options: MicroversionOptions) {
  return (request: MarkedRequest, response: ServerResponse, next: () => void): void => {
    if (!options.applies(request.originalUrl ?? request.url ?? '/')) {
      next();
      return;
    }
    const asked = requested(request, options);
    const version = asked === null ? 'malformed' : negotiate(asked, options);
    const names = ['OpenStack-API-Version', ...(options.legacyHeader === undefined ? [] : [options.legacyHeader])];
    response.setHeader('Vary', names.join(', '));
    if (typeof version === 'string') {
      refuse(response, version, asked ?? '', options);
      return;
    }
    request.microversion = version;
    response.setHeader('OpenStack-API-Version', `${options.service} ${formatMicroversion(version)}`);
    if (options.legacyHeader !== undefined) response.setHeader(options.legacyHeader, formatMicroversion(version));
    next();
  };
}

function refuse(
  response: ServerResponse,
  why: 'malformed' | 'unknown',
  asked: string,
  options: MicroversionOptions,
): void {
  const { min, max } = options;
  const status = why === 'malformed' ? 400 : 406;
  const message =
    why === 'malformed'
      ? 'API Version String is of invalid format. Must be of format MajorNum.MinorNum.'
      : `Version ${asked} is not supported by the API. Minimum is ${formatMicroversion(min)} and maximum is ${formatMicroversion(max)}.`;
  const fault =
    options.service === 'placement'
      ? { errors: [{ status, title: 'Not Acceptable', detail: message }] }
      : { [why === 'malformed' ? 'badRequest' : 'computeFault']: { code: status, message } };
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(fault));
}
