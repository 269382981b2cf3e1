import {
  BackendUnavailable,
  BadGateway,
  Conflict,
  type DomainError,
  Forbidden,
  InvalidInput,
  NotAcceptable,
  NotFound,
  NotSupported,
  PayloadTooLarge,
  PreconditionFailed,
  QuotaExceeded,
  RangeNotSatisfiable,
  UnprocessableInput,
} from '@ocx/service-kit/errors';

/** Cause of a domain error that is a landlord's refusal, so that nobody takes it for the broker's own. */
export class LandlordRefused extends Error {
  override name = 'LandlordRefused';
}

const MAX_MESSAGE_CHARACTERS = 1_024;

function text(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  // A landlord's words reach terminals: no control characters.
  return value.replace(/\p{Cc}+/gu, ' ').slice(0, MAX_MESSAGE_CHARACTERS);
}

/** The sentence in a fault of any of OpenStack's forms or a problem; undefined when there is none. */
function messageOf(body: Buffer): string | undefined {
  let fault: unknown;
  try {
    fault = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof fault !== 'object' || fault === null) return undefined;
  const { detail, message } = fault as { detail?: unknown; message?: unknown };
  const inner: unknown = Object.values(fault)[0];
  const nested = typeof inner === 'object' && inner !== null ? (inner as { message?: unknown }).message : undefined;
  return text(detail) ?? text(message) ?? text(nested);
}

function reasonOf(body: Buffer): string | undefined {
  try {
    const { reason } = JSON.parse(body.toString('utf8')) as { reason?: unknown };
    return typeof reason === 'string' && /^[a-z_]{1,64}$/.test(reason) ? reason : undefined;
  } catch {
    return undefined;
  }
}

const CLASSES: Record<number, new (message: string, options?: { reason?: string; cause?: unknown }) => DomainError> = {
  400: InvalidInput,
  403: Forbidden,
  404: NotFound,
  406: NotAcceptable,
  409: Conflict,
  412: PreconditionFailed,
  413: PayloadTooLarge,
  416: RangeNotSatisfiable,
  422: UnprocessableInput,
  429: QuotaExceeded,
  501: NotSupported,
  503: BackendUnavailable,
};

/**
 * A landlord's refusal as the broker's own: its status and its sentence, nothing else of its body. A 401 is the
 * broker's failure to present a good token, never the tenant's: clients would log in again for nothing.
 */
export function landlordFault(landlordName: string, status: number, body: Buffer): DomainError {
  const type = CLASSES[status];
  const cause = new LandlordRefused(`${landlordName} answered with status ${String(status)}`);
  if (!type) return new BadGateway(`Landlord ${landlordName} answered with status ${String(status)}.`, { cause });
  const reason = reasonOf(body);
  const message = messageOf(body) ?? `Landlord ${landlordName} refused the request.`;
  return new type(message, reason === undefined ? { cause } : { reason, cause });
}
