/** The combined region: clients use it when they name none. */
export const COMBINED_REGION = 'exchange';

export interface Region {
  readonly id: string;
  readonly description: string;
  readonly parentRegionId: string | null;
}

export interface Service {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
}

export type Interface = 'public' | 'internal' | 'admin';

export interface Endpoint {
  readonly id: string;
  readonly serviceId: string;
  readonly regionId: string | null;
  readonly interface: Interface;
  readonly url: string;
  readonly enabled: boolean;
}

/** One line of the service catalog as a token shows it. */
export interface CatalogEndpoint extends Endpoint {
  readonly serviceType: string;
  readonly serviceName: string;
}

/** Fills `%(project_id)s` and its kin; an endpoint that names what the scope lacks is left out, as Keystone does. */
export function expandUrl(template: string, values: { projectId?: string; userId: string }): string | undefined {
  const known: Record<string, string | undefined> = {
    project_id: values.projectId,
    tenant_id: values.projectId,
    user_id: values.userId,
  };
  const missing: string[] = [];
  const expand = (match: string, name: string): string => {
    const value = known[name];
    if (value === undefined) missing.push(name);
    return value ?? match;
  };
  const url = template.replace(/%\(([a-z_]+)\)s/g, expand).replace(/\$\(([a-z_]+)\)s/g, expand);
  return missing.length === 0 ? url : undefined;
}
