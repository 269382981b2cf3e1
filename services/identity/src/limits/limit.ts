/** A resource of a service, and what a project may use of it by default. -1 means without limit. */
export interface RegisteredLimit {
  readonly id: string;
  readonly serviceId: string;
  readonly regionId: string | null;
  readonly resourceName: string;
  readonly defaultLimit: number;
  readonly description: string | null;
}

/** What one project, or one domain, may use of a registered resource. */
export interface Limit {
  readonly id: string;
  readonly registeredLimitId: string;
  readonly projectId: string | null;
  readonly domainId: string | null;
  readonly resourceLimit: number;
  readonly description: string | null;
}

/** A limit together with the resource that it limits. */
export interface ResourceLimit extends Limit {
  readonly serviceId: string;
  readonly regionId: string | null;
  readonly resourceName: string;
}

/** How limits of a hierarchy relate: not at all. */
export const LIMIT_MODEL = {
  name: 'flat',
  description:
    'Limit enforcement and validation does not take project hierarchy into consideration. A limit of a project or a domain stands for itself.',
};
