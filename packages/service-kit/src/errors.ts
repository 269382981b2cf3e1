/**
 * What went wrong, in the domain's words. Services throw these; they know no status codes. The fault filter renders
 * them in the form of the API that was called.
 */
export abstract class DomainError extends Error {
  /** A machine-readable reason code for problem bodies and market answers. */
  readonly reason: string | undefined;

  constructor(message: string, options: { reason?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.reason = options.reason;
  }
}

/** The path is there, by other methods: the `Allow` header names them. */
export class MethodNotAllowed extends DomainError {}

export class InvalidInput extends DomainError {}
/** The caller is told nothing but the message; what was wrong with the token is the cause's, and the log's. */
export class Unauthenticated extends DomainError {
  /** With what was wrong, in words that repeat nothing of the token. */
  static because(why: string): Unauthenticated {
    return new Unauthenticated('The request you have made requires authentication.', { cause: new Error(why) });
  }
}
export class Forbidden extends DomainError {}
export class NotFound extends DomainError {}
export class Conflict extends DomainError {}
export class QuotaExceeded extends DomainError {}
export class PayloadTooLarge extends DomainError {}
export class PreconditionFailed extends DomainError {}
export class RangeNotSatisfiable extends DomainError {}
export class UnprocessableInput extends DomainError {}
export class NotSupported extends DomainError {}
export class NotAcceptable extends DomainError {}

/** Another party, the engine or the database does not answer; the same call may go through later. */
export class BackendUnavailable extends DomainError {
  readonly retryAfterSeconds: number;

  constructor(message: string, options: { reason?: string; cause?: unknown; retryAfterSeconds?: number } = {}) {
    super(message, options);
    this.retryAfterSeconds = options.retryAfterSeconds ?? 5;
  }
}

/** Another party answered with something it must not: the call cannot be completed through it. */
export class BadGateway extends DomainError {}
