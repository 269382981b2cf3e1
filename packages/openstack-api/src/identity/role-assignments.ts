import { z } from 'zod';
import { OpenStackId } from '../ids.js';
import { collection } from './collection.js';

/** A flag in a query: there without a value means true. */
const Flag = z
  .string()
  .transform((value) => !['0', 'false'].includes(value.toLowerCase()))
  .optional();

const both = (query: Readonly<Record<string, unknown>>, one: string, other: string): boolean =>
  query[one] !== undefined && query[other] !== undefined;

/** Filters that exclude each other, with Keystone's words. */
const CONTRADICTIONS: readonly [(query: Readonly<Record<string, unknown>>) => boolean, string][] = [
  [(query) => both(query, 'user.id', 'group.id'), 'Specify a user or group, not both'],
  [(query) => both(query, 'scope.domain.id', 'scope.project.id'), 'Specify a domain or project, not both'],
  [(query) => both(query, 'scope.system', 'scope.domain.id'), 'Specify system or domain, not both'],
  [(query) => both(query, 'scope.system', 'scope.project.id'), 'Specify system or project, not both'],
  [
    (query) => query['effective'] === true && query['group.id'] !== undefined,
    'Combining effective and group filter will always result in an empty list.',
  ],
  [
    (query) =>
      query['effective'] === true &&
      query['scope.domain.id'] !== undefined &&
      query['scope.OS-INHERIT:inherited_to'] !== undefined,
    'Combining effective, domain and inherited filters will always result in an empty list.',
  ],
  [
    (query) => query['include_subtree'] === true && query['scope.project.id'] === undefined,
    'scope.project.id must be specified if include_subtree is also specified',
  ],
];

const AssignmentFilters = z.object({
  'user.id': z.string().optional(),
  'group.id': z.string().optional(),
  'role.id': z.string().optional(),
  'scope.project.id': z.string().optional(),
  'scope.domain.id': z.string().optional(),
  'scope.system': z.string().optional(),
  'scope.OS-INHERIT:inherited_to': z.string().optional(),
  effective: Flag,
  include_names: Flag,
  include_subtree: Flag,
});
export const AssignmentsQuery = AssignmentFilters.superRefine((query, context) => {
  for (const [contradicts, message] of CONTRADICTIONS) {
    if (contradicts(query)) context.addIssue({ code: 'custom', message });
  }
});

/** With its name, and its domain's, when names were asked for. */
const Named = z.strictObject({ id: OpenStackId, name: z.string().optional() });
const InDomain = Named.extend({ domain: Named.optional() });

/** A role that a user or a group has on a project, a domain or the system. */
export const RoleAssignment = z
  .strictObject({
    role: InDomain,
    user: InDomain.optional(),
    group: InDomain.optional(),
    scope: z.strictObject({
      project: InDomain.optional(),
      domain: Named.optional(),
      system: z.strictObject({ all: z.literal(true) }).optional(),
      'OS-INHERIT:inherited_to': z.literal('projects').optional(),
    }),
    links: z.strictObject({
      assignment: z.string(),
      /** The membership through which a member of a group has it. */
      membership: z.string().optional(),
      /** The rule through which a role that is implied is had. */
      prior_role: z.string().optional(),
    }),
  })
  .meta({ id: 'RoleAssignment' });
export type RoleAssignment = z.infer<typeof RoleAssignment>;
export const RoleAssignmentList = collection('role_assignments', RoleAssignment);
