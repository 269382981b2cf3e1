import type { PreciseTime } from '@ocx/openstack-api/identity/expiry';
import { Forbidden, InvalidInput } from '@ocx/service-kit/errors';

/** The end of a delegation, if it has one. */
export interface DelegationEnd {
  readonly expiresAt: Date | null;
  /** Of its expiry, beyond the milliseconds. */
  readonly expiresAtMicros: number;
}

/**
 * The end of a new delegation: never after that of what it is made from, which it shares by default.
 * @param above what the end is taken from; undefined for a login of the user's own
 * @param refusal what somebody is told who asks for a later one
 */
export function delegatedEnd(
  wanted: PreciseTime | null | undefined,
  above: DelegationEnd | undefined,
  refusal: string,
): DelegationEnd {
  if (wanted && wanted.at.getTime() <= Date.now()) throw new InvalidInput('expires_at is in the past.');
  const limit = above?.expiresAt ?? null;
  if (!wanted) return { expiresAt: limit, expiresAtMicros: above?.expiresAtMicros ?? 0 };
  if (limit && wanted.at > limit) throw new Forbidden(refusal);
  return { expiresAt: wanted.at, expiresAtMicros: wanted.micros };
}
