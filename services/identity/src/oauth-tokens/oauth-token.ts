/** What a consumer asked for: roles on a project, which a user has authorized or not yet. */
export interface RequestToken {
  readonly id: string;
  readonly secret: string;
  readonly consumerId: string;
  readonly projectId: string;
  /** Who authorized it; null until somebody did. */
  readonly userId: string | null;
  readonly roleIds: readonly string[];
  readonly verifierSha256: string | null;
  readonly expiresAt: Date;
}

/** Roles of a user on a project, in the hands of a consumer. */
export interface AccessToken {
  readonly id: string;
  readonly secret: string;
  readonly consumerId: string;
  readonly projectId: string;
  readonly userId: string;
  readonly roleIds: readonly string[];
  /** Null: it does not end by itself. */
  readonly expiresAt: Date | null;
}
