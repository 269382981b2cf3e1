import { effectiveLimits, type LimitsClient, type ResourceLimit } from '@ocx/openstack-client/limits-client';
import { LastKnown } from './last-known.js';

/** How long a change at identity may go unnoticed. */
export const LIMITS_FRESH_MS = 5_000;
/** How long limits hold that identity confirmed last, while it does not answer. */
export const LIMITS_KEPT_MS = 300_000;

const BOUNDS = { freshMs: LIMITS_FRESH_MS, retryMs: 1_000, keptMs: LIMITS_KEPT_MS };
const MAX_PROJECTS = 10_000;

/** The limit of a resource; -1 is without limit. What is not registered has none to give: its limit is 0. */
export type Limits = (resourceName: string) => number;

/** What Keystone's unified limits let each project use of one service's resources. */
export class UnifiedLimits {
  private readonly registered: LastKnown<readonly ResourceLimit[]>;
  private readonly ofProjects: LastKnown<readonly ResourceLimit[]>;

  constructor(private readonly client: LimitsClient) {
    const known = { ...BOUNDS, what: `The limits of ${client.service.type}`, reason: 'identity_unreachable' };
    this.registered = new LastKnown({ ...known, max: 1, read: () => client.registered() });
    this.ofProjects = new LastKnown({ ...known, max: MAX_PROJECTS, read: (id) => client.ofProject(id) });
  }

  /** Of a project; without one, what is every project's by default. Throws `BackendUnavailable`. */
  async of(projectId?: string): Promise<Limits> {
    const [registered, own] = await Promise.all([
      this.registered.get(''),
      projectId === undefined ? [] : this.ofProjects.get(projectId),
    ]);
    const limits = effectiveLimits(registered, own, this.client.service.region);
    return (resourceName) => limits.get(resourceName) ?? 0;
  }
}

/** The limits of these resources, each under the service's own name for it. */
export function limitsNamed<Name extends string>(
  limits: Limits,
  resources: Readonly<Record<Name, string>>,
): Readonly<Record<Name, number>> {
  const entries = Object.entries<string>(resources).map(([name, resourceName]) => [name, limits(resourceName)]);
  return Object.fromEntries(entries) as Record<Name, number>;
}
