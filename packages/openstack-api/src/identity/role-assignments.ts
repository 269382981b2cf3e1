import { z } from 'zod';
import { OpenStackId } from '../ids.js';
import { collection } from './collection.js';

/** A flag in a query: there without a value means true. */
const Flag = z
  .string()
  .transform((value) => !['0', 'false'].includes(value.toLowerCase()))
  .optional();

export const AssignmentsQuery = z.object({
  'user.id': z.string().optional(),
  'group.id': z.string().optional(),
  'role.id': z.string().optional(),
  'scope.project.id': z.string().optional(),
  'scope.domain.id': z.string().optional(),
  'scope.system': z.string().optional(),
  effective: Flag,
  include_names: Flag,
});

/** With its name, and its domain's, when names were asked for. */
const Named = z.strictObject({ id: OpenStackId, name: z.string().optional() });
const InDomain = Named.extend({ domain: Named.optional() });

/** A role that a user or a group has on a project, a domain or the system. */
export const RoleAssignment = z
  .strictObject({
    role: Named,
    user: InDomain.optional(),
    group: InDomain.optional(),
    scope: z.strictObject({
      project: InDomain.optional(),
      domain: Named.optional(),
      system: z.strictObject({ all: z.literal(true) }).optional(),
    }),
    links: z.strictObject({ assignment: z.string() }),
  })
  .meta({ id: 'RoleAssignment' });
export type RoleAssignment = z.infer<typeof RoleAssignment>;
export const RoleAssignmentList = collection('role_assignments', RoleAssignment);
