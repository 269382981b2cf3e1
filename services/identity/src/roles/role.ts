export interface Role {
  readonly id: string;
  readonly name: string;
  /** Of a role that only this domain gives, and that is never in a token itself; null for a global one. */
  readonly domainId: string | null;
  readonly description: string | null;
}

/** The operator of the exchange. Never passed on to a landlord that did not ask for it. */
export const ADMIN_ROLE = 'admin';
/** Holders validate others' tokens. */
export const SERVICE_ROLE = 'service';
export const MEMBER_ROLE = 'member';
