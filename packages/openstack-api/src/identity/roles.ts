import { z } from 'zod';
import { OpenStackId } from '../ids.js';
import { collection, CollectionLinks, pageQuery, SelfLink, textFilters } from './collection.js';

const Name = z.string().trim().min(1).max(255);

export const CreateRole = z.object({
  role: z.object({
    name: Name,
    domain_id: OpenStackId.nullish(),
    description: z.string().max(65_535).nullish(),
  }),
});
export const UpdateRole = z.object({
  role: z.object({
    name: Name.optional(),
    domain_id: OpenStackId.nullish(),
    description: z.string().max(65_535).nullish(),
  }),
});
export const RoleQuery = pageQuery('name').extend({ ...textFilters('name'), domain_id: z.string().optional() });

export const Role = z
  .strictObject({
    id: OpenStackId,
    name: z.string(),
    domain_id: OpenStackId.nullable().describe('of a role that only this domain can give'),
    description: z.string().nullable(),
    options: z.strictObject({}),
    links: SelfLink,
  })
  .meta({ id: 'Role' });
export type Role = z.infer<typeof Role>;
export const RoleAnswer = z.strictObject({ role: Role });
export const RoleList = collection('roles', Role);

export const RoleReference = z.strictObject({ id: OpenStackId, name: z.string(), links: SelfLink });
export type RoleReference = z.infer<typeof RoleReference>;

/** A role, and everything it implies directly. */
const Inferences = z.strictObject({ prior_role: RoleReference, implies: z.array(RoleReference) });
export type Inferences = z.infer<typeof Inferences>;
export const InferenceList = collection('role_inferences', Inferences);
export const InferencesAnswer = z.strictObject({ role_inference: Inferences, links: CollectionLinks });
export const InferenceAnswer = z.strictObject({
  role_inference: z.strictObject({ prior_role: RoleReference, implies: RoleReference }),
});
