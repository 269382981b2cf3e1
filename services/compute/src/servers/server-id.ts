import { Uuid } from '@ocx/openstack-api/ids';
import { NotFound } from '@ocx/service-kit/errors';

/** A server's id out of a path. What is no id is no server: 404, as for one that does not exist. */
export function serverId(text: string): string {
  const id = Uuid.safeParse(text);
  if (!id.success) throw new NotFound(`Instance ${text} could not be found.`);
  return id.data;
}
