import { randomUUID } from 'node:crypto';

/** A service's user at the fake, which reads limits in system scope. */
export const LIMITS_READER = { user: 'service', userDomain: 'Default', password: 'password of the service' };

interface Registered {
  readonly service_id: string;
  readonly region_id: null;
  readonly resource_name: string;
  default_limit: number;
}

interface Own extends Omit<Registered, 'default_limit'> {
  readonly project_id: string;
  readonly resource_limit: number;
}

/** Keystone's unified limits as far as services read them. A service's id is its name. */
export class FakeLimits {
  private readonly services = new Map<string, string>();
  private readonly registered = new Map<string, Registered>();
  private readonly own = new Map<string, Own>();
  /** Makes every read fail with this status, while set. */
  refuseWith: number | undefined;
  /** Reads so far, by path. */
  readonly reads: string[] = [];
  /** Logins of the {@link LIMITS_READER} so far. */
  logins = 0;
  private readonly tokens = new Set<string>();

  /** A token for the body of `POST /v3/auth/tokens`, or nothing for anybody but the {@link LIMITS_READER}. */
  login(body: string): string | undefined {
    const { user, userDomain, password } = LIMITS_READER;
    const asked = { methods: ['password'], password: { user: { name: user, domain: { name: userDomain }, password } } };
    if (body !== JSON.stringify({ auth: { identity: asked, scope: { system: { all: true } } } })) return undefined;
    const token = randomUUID();
    this.tokens.add(token);
    this.logins += 1;
    return token;
  }

  knows(token: string): boolean {
    return this.tokens.has(token);
  }

  revokeTokens(): void {
    this.tokens.clear();
  }

  /** Whether a service has said what it counts. */
  get isRegistered(): boolean {
    return this.registered.size > 0;
  }

  /** What somebody registers; what is there already stays, as in `PUT /v3/OS-OCX/registered_limits`. */
  register(type: string, name: string, limits: Readonly<Record<string, number>>): void {
    this.services.set(name, type);
    for (const [resource_name, default_limit] of Object.entries(limits)) {
      const key = `${name} ${resource_name}`;
      if (this.registered.has(key)) continue;
      this.registered.set(key, { service_id: name, region_id: null, resource_name, default_limit });
    }
  }

  /** An operator's change of what is registered; `undefined` takes it away. */
  setDefault(service: string, resource: string, limit: number | undefined): void {
    const key = `${service} ${resource}`;
    const registered = this.registered.get(key);
    if (!registered) throw new Error(`${key} is not registered.`);
    if (limit === undefined) this.registered.delete(key);
    else registered.default_limit = limit;
  }

  /** An operator's limit for one project; `undefined` takes it away. */
  set(service: string, project_id: string, resource_name: string, resource_limit: number | undefined): void {
    const key = `${service} ${project_id} ${resource_name}`;
    if (resource_limit === undefined) this.own.delete(key);
    else this.own.set(key, { service_id: service, region_id: null, project_id, resource_name, resource_limit });
  }

  /** The answer to one of the paths of limits, or nothing when it is another. */
  answer(method: string, url: URL, body: string): { status: number; body: unknown } | undefined {
    if (method === 'PUT' && url.pathname === '/v3/OS-OCX/registered_limits') {
      const { services } = JSON.parse(body) as {
        services: { type: string; name: string; default_limits: Record<string, number> }[];
      };
      for (const { type, name, default_limits } of services) this.register(type, name, default_limits);
      return { status: 204, body: undefined };
    }
    const list = method === 'GET' ? this.list(url) : undefined;
    if (list === undefined) return undefined;
    this.reads.push(url.pathname);
    if (this.refuseWith === undefined) return { status: 200, body: list };
    return { status: this.refuseWith, body: { error: { code: this.refuseWith, message: 'No.', title: 'Refused' } } };
  }

  private list(url: URL): Record<string, unknown> | undefined {
    switch (url.pathname) {
      case '/v3/services':
        return { services: [...this.services].map(([name, type]) => ({ id: name, type, name })) };
      case '/v3/registered_limits':
        return { registered_limits: [...this.registered.values()] };
      case '/v3/limits': {
        const project = url.searchParams.get('project_id');
        return { limits: [...this.own.values()].filter(({ project_id: id }) => id === project) };
      }
      default:
        return undefined;
    }
  }
}
