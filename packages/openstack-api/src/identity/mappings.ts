import { z } from 'zod';
import { OpenStackId } from '../ids.js';
import { collection, pageQuery, SelfLink } from './collection.js';

const Named = z.union([
  z.strictObject({ id: z.string().min(1).max(255) }),
  z.strictObject({ name: z.string().min(1).max(255) }),
]);

/** Up to here a project could not name its domain; from 2.0 on, and `domain` is also the default of user and projects. */
export const SchemaVersion = z.enum(['1.0', '2.0']);
export type SchemaVersion = z.infer<typeof SchemaVersion>;

const GroupReference = z.union([
  z.strictObject({ id: z.string().min(1).max(255) }),
  z.strictObject({ name: z.string().min(1).max(255), domain: Named }),
]);

const LocalUser = z.strictObject({
  id: z.string().min(1).max(255).optional(),
  name: z.string().min(1).max(255).optional(),
  email: z.string().min(1).max(255).optional(),
  type: z.enum(['ephemeral', 'local']).optional(),
  domain: Named.optional(),
});

/** What a rule gives to whom it matches. `{0}`, `{1}` … stand for the remote attributes that were asked for, in order. */
const Local = z.strictObject({
  user: LocalUser.optional(),
  group: GroupReference.optional(),
  groups: z.string().min(1).max(1024).optional(),
  group_ids: z.string().min(1).max(1024).optional(),
  domain: Named.optional(),
  projects: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(64),
        roles: z.array(z.strictObject({ name: z.string().min(1).max(255) })),
        domain: Named.optional().describe('schema version 2.0'),
      }),
    )
    .max(100)
    .optional(),
});

const Values = z.array(z.string().max(1024)).max(1000);

/** One condition on one remote attribute; the alternatives exclude each other, as in Keystone's own schema. */
const Remote = z
  .strictObject({
    type: z.string().min(1).max(255),
    any_one_of: Values.optional(),
    not_any_of: Values.optional(),
    blacklist: Values.optional(),
    whitelist: Values.optional(),
    regex: z.boolean().optional(),
  })
  .refine(
    (remote) =>
      [remote.any_one_of, remote.not_any_of, remote.blacklist, remote.whitelist].filter((list) => list !== undefined)
        .length <= 1,
    { message: 'any_one_of, not_any_of, blacklist and whitelist exclude each other.' },
  )
  .refine(
    (remote) =>
      remote.regex === undefined ||
      [remote.any_one_of, remote.not_any_of, remote.blacklist, remote.whitelist].some((list) => list !== undefined),
    { message: 'regex is of any_one_of, not_any_of, blacklist or whitelist.' },
  );

export const MappingRule = z.strictObject({
  local: z.array(Local).min(1).max(100),
  remote: z.array(Remote).min(1).max(100),
});
export type MappingRule = z.infer<typeof MappingRule>;

export const MappingFields = z.strictObject({
  id: z.string().max(64).optional(),
  rules: z.array(MappingRule).min(1).max(100),
  schema_version: SchemaVersion.optional(),
});

export const WriteMapping = z.strictObject({ mapping: MappingFields });
export const MappingQuery = pageQuery();

export const Mapping = z
  .strictObject({ id: OpenStackId, rules: z.array(MappingRule), schema_version: SchemaVersion, links: SelfLink })
  .meta({ id: 'Mapping' });
export type Mapping = z.infer<typeof Mapping>;
export const MappingAnswer = z.strictObject({ mapping: Mapping });
export const MappingList = collection('mappings', Mapping);
