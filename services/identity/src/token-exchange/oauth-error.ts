/** RFC 6749 section 5.2, RFC 8707 section 2, RFC 9396 section 5. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_target'
  | 'invalid_authorization_details'
  | 'unsupported_grant_type'
  | 'unauthorized_client';

/** A refusal in OAuth's own words. The description is for the party's log; it repeats nothing secret. */
export class OAuthError extends Error {
  override name = 'OAuthError';
  constructor(
    readonly code: OAuthErrorCode,
    readonly description: string,
    /** For identity's own log. */
    cause?: unknown,
  ) {
    super(`${code}: ${description}`, { cause });
  }
}
