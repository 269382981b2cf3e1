import { Forbidden } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import type { Owner } from './server.js';

/** The project a caller acts in. */
export function ownerOf(caller: Principal): Owner {
  if (caller.projectId === undefined) throw new Forbidden('A token for a project is needed.');
  return { realm: caller.realm, projectId: caller.projectId };
}
