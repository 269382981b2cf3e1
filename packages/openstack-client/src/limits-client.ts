import { z } from 'zod';
import { type HttpResponse, PeerMisbehaved } from './http.js';

/** A read below identity, such as `/v3/limits?project_id=…`, as somebody who may. */
export type IdentityGet = (path: string) => Promise<HttpResponse>;

/** A service as the catalog has it, and the region for which limits of a region count. */
export interface LimitedService {
  readonly type: string;
  readonly name?: string | undefined;
  readonly region?: string | undefined;
}

/** -1 is without limit. */
export interface ResourceLimit {
  readonly serviceId: string;
  readonly regionId: string | null;
  readonly resourceName: string;
  readonly limit: number;
}

const page = { truncated: z.boolean().optional() };
const resource = { service_id: z.string(), region_id: z.string().nullish(), resource_name: z.string() };
const Services = z.object({
  services: z.array(z.object({ id: z.string(), type: z.string(), name: z.string().nullish() })),
  ...page,
});
const RegisteredLimits = z.object({
  registered_limits: z.array(z.object({ ...resource, default_limit: z.int() })),
  ...page,
});
const Limits = z.object({
  limits: z.array(z.object({ ...resource, project_id: z.string().nullish(), resource_limit: z.int() })),
  ...page,
});
type Resource = z.infer<z.ZodObject<typeof resource>>;

const limitOf = (row: Resource, limit: number): ResourceLimit => ({
  serviceId: row.service_id,
  regionId: row.region_id ?? null,
  resourceName: row.resource_name,
  limit,
});

/**
 * Keystone's unified limits of one service, as whoever may read them: everybody's registered limits, and those of a
 * project. Throws what the call throws, and {@link PeerMisbehaved} for an answer that is none, or not whole.
 */
export class LimitsClient {
  constructor(
    private readonly get: IdentityGet,
    readonly service: LimitedService,
  ) {}

  /** What the service counts, in whichever region, and how much of it a project has by default. */
  async registered(): Promise<readonly ResourceLimit[]> {
    const [{ services }, { registered_limits: registered }] = await Promise.all([
      this.read('/v3/services', Services),
      this.read('/v3/registered_limits', RegisteredLimits),
    ]);
    const { type, name } = this.service;
    const found = services.filter((one) => one.type === type && (name === undefined || one.name === name));
    const [{ id } = { id: '' }] = found;
    if (found.length !== 1) throw new PeerMisbehaved(`Identity has ${found.length} services of type ${type}.`);
    return registered.filter((row) => row.service_id === id).map((row) => limitOf(row, row.default_limit));
  }

  /** Of whatever service. */
  async ofProject(projectId: string): Promise<readonly ResourceLimit[]> {
    const { limits } = await this.read(`/v3/limits?project_id=${encodeURIComponent(projectId)}`, Limits);
    return limits.filter((row) => row.project_id === projectId).map((row) => limitOf(row, row.resource_limit));
  }

  private async read<T extends { truncated?: boolean | undefined }>(path: string, schema: z.ZodType<T>): Promise<T> {
    const answer = await this.get(path);
    if (answer.status !== 200) throw new PeerMisbehaved(`Identity answered ${answer.status} to ${path.split('?')[0]}.`);
    const parsed = schema.safeParse(answer.json());
    if (!parsed.success) throw new PeerMisbehaved('Identity answered with something else than limits.');
    if (parsed.data.truncated === true) throw new PeerMisbehaved('Identity has more limits than one page holds.');
    return parsed.data;
  }
}

const same = (one: ResourceLimit, other: ResourceLimit): boolean =>
  one.serviceId === other.serviceId && one.regionId === other.regionId && one.resourceName === other.resourceName;

/**
 * What holds for a project, by resource. Keystone's model is `flat`: a project's own limit of what is registered outranks
 * the default, and projects above or below do not count. What is registered for `region` outranks what is for everywhere,
 * what is for another region does not count.
 */
export function effectiveLimits(
  registered: readonly ResourceLimit[],
  ofProject: readonly ResourceLimit[],
  region?: string,
): ReadonlyMap<string, number> {
  const anywhere = registered.filter(({ regionId }) => regionId === null);
  const here = registered.filter(({ regionId }) => regionId !== null && regionId === region);
  return new Map(
    [...anywhere, ...here].map((resource) => [
      resource.resourceName,
      ofProject.find((own) => same(own, resource))?.limit ?? resource.limit,
    ]),
  );
}
