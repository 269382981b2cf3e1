/** A domain owns projects, users and groups; names are unique within it. */
export interface Domain {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
}

/** The domain every cloud has, with Keystone's well-known id. */
export const DEFAULT_DOMAIN_ID = 'default';
