import { OpenStackId } from '@ocx/openstack-api/ids';
import { z } from 'zod';
import { BooleanQuery, PageQuery } from '../wire/collection.js';

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
