import { OpenStackId } from '../ids.js';
import { z } from 'zod';
import { BooleanQuery, collection, PageQuery, SelfLink, textFilters } from './collection.js';

/** Bounded, for Argon2 reads all of it. */
export const Password = z.string().min(1).max(1024);
const Name = z.string().trim().min(1).max(255);

export const CreateUser = z.object({
  user: z.looseObject({
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
  user: z.looseObject({
    name: Name.optional(),
    /** What cannot change: it is accepted as it is. */
    domain_id: OpenStackId.optional(),
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
  ...textFilters('name'),
  enabled: BooleanQuery,
  domain_id: z.string().optional(),
  idp_id: z.string().optional(),
  protocol_id: z.string().optional(),
  unique_id: z.string().optional(),
});

/** What the operator wrote on a user beyond Keystone's own fields stands beside them, as in Keystone. */
export const User = z
  .looseObject({
    id: OpenStackId,
    name: z.string(),
    domain_id: OpenStackId,
    enabled: z.boolean(),
    email: z.string().optional(),
    description: z.string().optional(),
    default_project_id: OpenStackId.optional(),
    password_expires_at: z.null(),
    options: z.strictObject({}),
    /** The home organisation that vouches for the user. */
    federated: z
      .array(
        z.strictObject({
          idp_id: z.string(),
          protocols: z.array(z.strictObject({ protocol_id: z.string().nullable(), unique_id: z.string() })),
        }),
      )
      .optional(),
    links: SelfLink,
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof User>;
export const UserAnswer = z.strictObject({ user: User });
export const UserList = collection('users', User);
