import type { UserOptions } from '@ocx/openstack-api/identity/users';

export type { UserOptions };

/** A local password, and since and until when it is good. */
export interface PasswordFields {
  /** Argon2id in PHC form; null for a user without a local password. */
  readonly passwordHash: string | null;
  readonly passwordCreatedAt: Date | null;
  /** Null: never. */
  readonly passwordExpiresAt: Date | null;
  /** Whether the user chose it, and not an administrator. */
  readonly passwordSelfService: boolean;
}

/** A person or a service account, local or federated. */
export interface User extends PasswordFields {
  readonly id: string;
  readonly domainId: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly email: string | null;
  readonly description: string | null;
  readonly defaultProjectId: string | null;
  readonly options: UserOptions;
  /** The identity provider that vouches for a federated user; null for a local one. */
  readonly identityProviderId: string | null;
  readonly protocolId: string | null;
  /** What the operator wrote on the user beyond Keystone's own fields. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** A user together with their domain: what a token says about its subject. */
export interface UserWithDomain extends User {
  readonly domainName: string;
  readonly domainEnabled: boolean;
}
