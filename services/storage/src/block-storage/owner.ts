import { Forbidden } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';

export type Realm = Principal['realm'];

/** Whose a volume is. The exchange's projects and the landlord's own never meet, even where ids are equal. */
export interface Owner {
  readonly realm: Realm;
  readonly projectId: string;
}

export function ownerOf(principal: Principal): Owner {
  if (principal.projectId === undefined) throw new Forbidden('A token for a project is needed.');
  return { realm: principal.realm, projectId: principal.projectId };
}
