import { OpenStackId } from '../ids.js';
import { z } from 'zod';
import { BooleanQuery, collection, PageQuery, SelfLink } from './collection.js';

const Name = z.string().trim().min(1).max(64);
const Tags = z
  .array(
    z
      .string()
      .min(1)
      .max(255)
      .regex(/^[^,/]+$/),
  )
  .max(80);

export const CreateProject = z.object({
  project: z.object({
    name: Name,
    domain_id: OpenStackId.optional(),
    description: z.string().max(65_535).nullish(),
    enabled: z.boolean().default(true),
    parent_id: OpenStackId.nullish(),
    is_domain: z.literal(false).optional(),
    tags: Tags.default([]),
  }),
});
export const UpdateProject = z.object({
  project: z.object({
    name: Name.optional(),
    description: z.string().max(65_535).nullish(),
    enabled: z.boolean().optional(),
    tags: Tags.optional(),
  }),
});
export const ProjectQuery = PageQuery.extend({
  name: z.string().optional(),
  enabled: BooleanQuery,
  domain_id: z.string().optional(),
  parent_id: z.string().optional(),
});

export const Project = z
  .strictObject({
    id: OpenStackId,
    name: z.string(),
    domain_id: OpenStackId,
    description: z.string(),
    enabled: z.boolean(),
    parent_id: OpenStackId.describe('the domain, for a project without a parent'),
    is_domain: z.literal(false),
    tags: z.array(z.string()),
    options: z.strictObject({}),
    links: SelfLink,
  })
  .meta({ id: 'Project' });
export type Project = z.infer<typeof Project>;
export const ProjectAnswer = z.strictObject({ project: Project });
export const ProjectList = collection('projects', Project);
