import type { Interface } from '../catalog/catalog.js';

/** Endpoints by what they have in common. A project that is given groups, or endpoints, sees only those. */
export interface EndpointGroup {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly filters: EndpointFilters;
}

/** An endpoint belongs to the group when it has all of it. */
export interface EndpointFilters {
  readonly service_id?: string | undefined;
  readonly region_id?: string | undefined;
  readonly interface?: Interface | undefined;
}
