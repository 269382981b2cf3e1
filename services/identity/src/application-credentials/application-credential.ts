import type { Budget } from '@ocx/openstack-api/exchange/tokens';
import type { Role } from '../roles/role.js';

export interface AccessRule {
  readonly id: string;
  readonly service: string;
  readonly method: string;
  readonly path: string;
}

/** A user's delegation to a program: one project, some of the user's roles, optionally only some requests. */
export interface ApplicationCredential {
  readonly id: string;
  readonly userId: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string | null;
  /** Argon2id in PHC form. */
  readonly secretHash: string;
  readonly expiresAt: Date | null;
  /** Of its expiry, beyond the milliseconds. */
  readonly expiresAtMicros: number;
  /** May create further application credentials. */
  readonly unrestricted: boolean;
  readonly roles: readonly Role[];
  /** Null: everything the roles allow. Empty: nothing. */
  readonly accessRules: readonly AccessRule[] | null;
  /** Its own, if it has one, after those of what it was made from. */
  readonly budgets: readonly Budget[];
}
