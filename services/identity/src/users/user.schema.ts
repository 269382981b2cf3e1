import { OpenStackId } from '@ocx/openstack-api/ids';
import { z } from 'zod';
import { BooleanQuery, PageQuery } from '../wire/collection.js';

/** Bounded, for Argon2 reads all of it. */
export const Password = z.string().min(1).max(1024);
const Name = z.string().trim().min(1).max(255);

export const CreateUser = z.object({
  user: z.object({
    name: Name,
    domain_id: OpenStackId.optional(),
    password: Password.nullish(),
    email: z.string().max(255).nullish(),
    description: z.string().max(65_535).nullish(),
    enabled: z.boolean().default(true),
    default_project_id: OpenStackId.nullish(),
  }),
});
export const UpdateUser = z.object({
  user: z.object({
    name: Name.optional(),
    password: Password.nullish(),
    email: z.string().max(255).nullish(),
    description: z.string().max(65_535).nullish(),
    enabled: z.boolean().optional(),
    default_project_id: OpenStackId.nullish(),
  }),
});
export const ChangePassword = z.object({
  user: z.object({ original_password: Password, password: Password }),
});
export const UserQuery = PageQuery.extend({
  name: z.string().optional(),
  enabled: BooleanQuery,
  domain_id: z.string().optional(),
  idp_id: z.string().optional(),
});
