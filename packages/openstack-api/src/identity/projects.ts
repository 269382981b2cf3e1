import { OpenStackId } from '../ids.js';
import { z } from 'zod';
import { BooleanQuery, collection, pageQuery, SelfLink, textFilters } from './collection.js';

const Name = z.string().trim().min(1).max(64);
const Tag = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^,/]+$/);
const Tags = z
  .array(Tag)
  .max(80)
  .refine((tags) => new Set(tags).size === tags.length, { message: 'Tags must differ.' });

export const CreateProject = z.object({
  project: z.object({
    name: Name,
    domain_id: OpenStackId.nullish(),
    description: z.string().max(65_535).nullish(),
    enabled: z.boolean().default(true),
    parent_id: OpenStackId.nullish(),
    is_domain: z.boolean().default(false),
    tags: Tags.default([]),
  }),
});
export const UpdateProject = z.object({
  project: z.object({
    name: Name.optional(),
    description: z.string().max(65_535).nullish(),
    enabled: z.boolean().optional(),
    tags: Tags.optional(),
    /** What cannot change: it is accepted as it is. */
    domain_id: OpenStackId.nullish(),
    parent_id: OpenStackId.nullish(),
    is_domain: z.boolean().optional(),
  }),
});

/** Comma-separated tags in a query. */
const TagList = z
  .string()
  .max(65_535)
  .transform((list) => list.split(','))
  .optional();
export const ProjectQuery = pageQuery('name', 'enabled', 'domain_id').extend({
  ...textFilters('name'),
  enabled: BooleanQuery,
  domain_id: z.string().optional(),
  parent_id: z.string().optional(),
  is_domain: BooleanQuery,
  tags: TagList.describe('projects with all of them'),
  'tags-any': TagList.describe('projects with one of them'),
  'not-tags': TagList.describe('projects without all of them'),
  'not-tags-any': TagList.describe('projects without any of them'),
});
/** The projects on which somebody has a role. */
export const ScopesQuery = pageQuery('name', 'enabled');
export const ProjectsOfUserQuery = pageQuery('name', 'enabled', 'domain_id').extend({
  name: z.string().max(255).optional(),
  enabled: BooleanQuery,
  domain_id: z.string().optional(),
});

const fields = {
  id: OpenStackId,
  name: z.string(),
  domain_id: OpenStackId.nullable().describe('null for a domain'),
  description: z.string(),
  enabled: z.boolean(),
  parent_id: OpenStackId.nullable().describe('the domain, for a project without a parent; null for a domain'),
  is_domain: z.boolean(),
  tags: z.array(z.string()),
  options: z.strictObject({}),
  links: SelfLink,
};
export const Project = z.strictObject(fields).meta({ id: 'Project' });
export type Project = z.infer<typeof Project>;
export const ProjectList = collection('projects', Project);
export const ProjectAnswer = z.strictObject({ project: Project });

/** Flags of how much of the hierarchy to show with a project. */
export const HierarchyQuery = z
  .object({
    parents_as_list: BooleanQuery,
    parents_as_ids: BooleanQuery,
    subtree_as_list: BooleanQuery,
    subtree_as_ids: BooleanQuery,
  })
  .superRefine((query, context) => {
    for (const relatives of ['parents', 'subtree'] as const) {
      const [list, ids] = [`${relatives}_as_list`, `${relatives}_as_ids`] as const;
      if (query[list] !== true || query[ids] !== true) continue;
      const message = `Cannot use ${list} and ${ids} query params at the same time.`;
      context.addIssue({ code: 'custom', message });
    }
  });

/** A list of projects, or ids within ids; null when there are none. */
const Relatives = z.union([z.array(ProjectAnswer), z.record(z.string(), z.unknown())]).nullable();
export const ProjectInHierarchy = z
  .strictObject({ ...fields, parents: Relatives.optional(), subtree: Relatives.optional() })
  .meta({ id: 'ProjectInHierarchy' });
export type ProjectInHierarchy = z.infer<typeof ProjectInHierarchy>;
export const ProjectInHierarchyAnswer = z.strictObject({ project: ProjectInHierarchy });

export const ReplaceTags = z.object({ tags: Tags });
export const ProjectTag = Tag;
export const TagsAnswer = z.strictObject({ tags: z.array(z.string()), links: SelfLink });
