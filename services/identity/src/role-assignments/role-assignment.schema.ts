import { z } from 'zod';
import type { Actor, Target } from './role-assignment.js';

const GrantParams = z.object({
  user_id: z.string().optional(),
  group_id: z.string().optional(),
  project_id: z.string().optional(),
  domain_id: z.string().optional(),
});

/** Who and where, from the path; a path that names neither project nor domain is the system's. */
export function grantOf(params: unknown, inherited = false): { actor: Actor; target: Target; inherited: boolean } {
  const { user_id, group_id, project_id, domain_id } = GrantParams.parse(params);
  const actor: Actor = group_id === undefined ? { type: 'user', id: user_id ?? '' } : { type: 'group', id: group_id };
  if (project_id !== undefined) return { actor, target: { type: 'project', id: project_id }, inherited };
  if (domain_id !== undefined) return { actor, target: { type: 'domain', id: domain_id }, inherited };
  return { actor, target: { type: 'system' }, inherited };
}
