/** A project owns resources: what a tenant's token is scoped to. */
export interface Project {
  readonly id: string;
  readonly domainId: string;
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
  /** The parent project, or the domain's id at the top, as Keystone shows it. */
  readonly parentId: string | null;
  readonly tags: readonly string[];
}

/** A project together with its domain: what a scope needs. */
export interface ScopedProject extends Project {
  readonly domainName: string;
  readonly domainEnabled: boolean;
}
