import type { ServerDetail } from '@ocx/openstack-api/compute/servers';
import type { Sighting } from '../../inventory/resource.js';

// A landlord's clock is its own: what is no time, or lies in the future, is taken as now.
function time(value: string): Date {
  const parsed = Date.parse(value);
  return new Date(Number.isNaN(parsed) ? Date.now() : Math.min(parsed, Date.now()));
}

/** What the index keeps of a server's view. */
export function serverSighting(view: ServerDetail): Sighting {
  return {
    id: view.id,
    name: view.name,
    status: view.status,
    createdAt: time(view.created),
    updatedAt: time(view.updated),
    view,
  };
}
