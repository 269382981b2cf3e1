export interface Role {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
}

/** The operator of the exchange. Never passed on to a landlord that did not ask for it. */
export const ADMIN_ROLE = 'admin';
