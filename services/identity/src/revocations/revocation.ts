/**
 * Tokens that died before their time: the tokens that carry an audit id, or every token of a user, of a project, or of a user
 * on a project, issued before an instant.
 */
export interface Revocation {
  /** 1, 2, 3 … in commit order: a reader that has seen N has seen every one up to N. */
  readonly seq: number;
  readonly auditId: string | null;
  readonly userId: string | null;
  readonly projectId: string | null;
  readonly issuedBefore: Date;
}

/** What a token is known by. */
export interface TokenMarks {
  /** Its own id, and that of what it was made from: the first token of its chain, or its application credential. */
  readonly auditIds: readonly string[];
  /** The trust it was made under, which gives tokens again after those of a time were revoked. */
  readonly trustId?: string | undefined;
  readonly userId: string;
  readonly projectId?: string | undefined;
  readonly issuedAt: Date;
}

export type NewRevocation = { readonly auditId: string } | { readonly userId?: string; readonly projectId?: string };
