import { Unauthenticated } from '@ocx/service-kit/errors';
import type { ApplicationCredential } from '../application-credentials/application-credential.js';
import type { AccessToken } from '../oauth-tokens/oauth-token.js';
import type { UserWithDomain } from '../users/user.js';

/** Who was proved to be there, and what the proof limits. */
export interface Authentication {
  readonly user: UserWithDomain;
  readonly methods: readonly string[];
  readonly applicationCredential?: ApplicationCredential;
  readonly accessToken?: AccessToken;
  /** Seconds since the epoch. */
  readonly notAfter?: number;
  readonly parentAuditId?: string | undefined;
}

/** One answer for every failure: nothing tells an unknown user from a wrong password. */
export const refused = (cause?: unknown): Unauthenticated =>
  new Unauthenticated('The request you have made requires authentication.', { cause });

/** The user, when they and their domain are enabled. */
export function usable(user: UserWithDomain | undefined): UserWithDomain | undefined {
  return user?.enabled === true && user.domainEnabled ? user : undefined;
}
