import { OpenStackId } from '../ids.js';
import { z } from 'zod';
import { BooleanQuery, collection, pageQuery, SelfLink, textFilters } from './collection.js';
import { Expiry } from './expiry.js';

/** Bounded, for Argon2 reads all of it. */
export const Password = z.string().min(1).max(1024);
const Name = z.string().trim().min(1).max(255);

const Rules = z.array(z.array(z.string().min(1).max(64)).min(1).max(16)).max(32);
const flag = () => z.boolean().optional();

/** Keystone's options of a user; any other is refused. */
export const UserOptions = z
  .strictObject({
    ignore_change_password_upon_first_use: flag(),
    ignore_password_expiry: flag(),
    ignore_lockout_failure_attempts: flag(),
    lock_password: flag(),
    multi_factor_auth_enabled: flag(),
    multi_factor_auth_rules: Rules.optional(),
  })
  .meta({ id: 'UserOptions' });
export type UserOptions = z.infer<typeof UserOptions>;
const switchable = () => z.boolean().nullish();
/** Null takes an option away. */
const OptionsChange = z.strictObject({
  ignore_change_password_upon_first_use: switchable(),
  ignore_password_expiry: switchable(),
  ignore_lockout_failure_attempts: switchable(),
  lock_password: switchable(),
  multi_factor_auth_enabled: switchable(),
  multi_factor_auth_rules: Rules.nullish(),
});

export const CreateUser = z.object({
  user: z.looseObject({
    name: Name,
    domain_id: OpenStackId.optional(),
    password: Password.nullish(),
    email: z.string().max(255).nullish(),
    description: z.string().max(65_535).nullish(),
    enabled: z.boolean().default(true),
    default_project_id: OpenStackId.nullish(),
    options: OptionsChange.optional(),
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
    options: OptionsChange.optional(),
  }),
});
export const ChangePassword = z.object({
  user: z.object({ original_password: Password, password: Password }),
});
/** `lt:2026-01-01T00:00:00Z`; without an operator it is equality. */
export const TimeFilter = z
  .string()
  .max(64)
  .transform((text) => {
    const [, operator = 'eq', time = ''] = /^(?:([a-z]+):)?(.*)$/.exec(text) ?? [];
    return { operator, time };
  })
  .pipe(
    z.object({ operator: z.enum(['lt', 'lte', 'gt', 'gte', 'eq', 'neq']), time: Expiry.transform(({ at }) => at) }),
  );
export type TimeFilter = z.output<typeof TimeFilter>;

export const UserQuery = pageQuery('name', 'enabled', 'domain_id').extend({
  ...textFilters('name'),
  enabled: BooleanQuery,
  domain_id: z.string().optional(),
  idp_id: z.string().optional(),
  protocol_id: z.string().optional(),
  unique_id: z.string().optional(),
  password_expires_at: TimeFilter.optional(),
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
    password_expires_at: z.string().nullable(),
    options: UserOptions,
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
