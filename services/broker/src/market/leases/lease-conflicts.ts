import { Conflict } from '@ocx/service-kit/errors';

/** The lease is not in force yet. */
export const leasePending = (): Conflict =>
  new Conflict('The lease is not countersigned yet.', { reason: 'lease_pending' });

/** An object account is not given back with what is in it. */
export const notEmpty = (what: string): Conflict =>
  new Conflict(
    `The object account still holds ${what}: delete it first, or end the lease with "discard": true, which destroys everything in the account.`,
    { reason: 'not_empty' },
  );
