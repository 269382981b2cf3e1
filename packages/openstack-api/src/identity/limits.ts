import { z } from 'zod';
import { OpenStackId } from '../ids.js';
import { collection, pageQuery, SelfLink } from './collection.js';

const Id = z.string().min(1).max(64);
const RegionId = z.string().min(1).max(255);
const ResourceName = z.string().min(1).max(255);
const Description = z.string().max(65_535).nullish();
/** -1 means without limit. */
const Amount = z.number().int().min(-1).max(2_147_483_647);
/** More than this at once is another request. */
const MAX_BATCH = 100;

const changed = (fields: object): boolean => Object.keys(fields).length > 0;
const NOTHING = { message: 'Nothing to change.' };

export const CreateRegisteredLimits = z.strictObject({
  registered_limits: z
    .array(
      z.strictObject({
        service_id: Id,
        region_id: RegionId.nullish(),
        resource_name: ResourceName,
        default_limit: Amount,
        description: Description,
      }),
    )
    .min(1)
    .max(MAX_BATCH),
});
/** `PUT /v3/OS-OCX/registered_limits`: what the services of the exchange count, and what a project may use of it at first. */
export const RegisterResources = z.strictObject({
  services: z
    .array(
      z.strictObject({
        type: z.string().min(1).max(255),
        name: z.string().min(1).max(255),
        default_limits: z.record(ResourceName, Amount).refine((limits) => Object.keys(limits).length <= MAX_BATCH, {
          message: `More than ${String(MAX_BATCH)} resources.`,
        }),
      }),
    )
    .min(1)
    .max(MAX_BATCH),
});
export type RegisterResources = z.infer<typeof RegisterResources>;
export const UpdateRegisteredLimit = z.strictObject({
  registered_limit: z
    .strictObject({
      service_id: Id.optional(),
      region_id: RegionId.nullish(),
      resource_name: ResourceName.optional(),
      default_limit: Amount.optional(),
      description: Description,
    })
    .refine(changed, NOTHING),
});
export const RegisteredLimitQuery = pageQuery('resource_name', 'service_id').extend({
  service_id: z.string().optional(),
  region_id: z.string().optional(),
  resource_name: z.string().optional(),
});

export const CreateLimits = z.strictObject({
  limits: z
    .array(
      z
        .strictObject({
          project_id: Id.nullish(),
          domain_id: Id.nullish(),
          service_id: Id,
          region_id: RegionId.nullish(),
          resource_name: ResourceName,
          resource_limit: Amount,
          description: Description,
        })
        .refine((limit) => (limit.project_id == null) !== (limit.domain_id == null), {
          message: 'A limit is of one project or of one domain.',
        }),
    )
    .min(1)
    .max(MAX_BATCH),
});
export const UpdateLimit = z.strictObject({
  limit: z.strictObject({ resource_limit: Amount.optional(), description: Description }).refine(changed, NOTHING),
});
export const LimitQuery = RegisteredLimitQuery.extend({
  project_id: z.string().optional(),
  domain_id: z.string().optional(),
});

const common = {
  id: OpenStackId,
  service_id: z.string(),
  region_id: z.string().nullable(),
  resource_name: z.string(),
  description: z.string().nullable(),
  links: SelfLink,
};
/** What a project may use of a resource unless a limit of its own says otherwise. */
export const RegisteredLimit = z.strictObject({ ...common, default_limit: z.number() }).meta({ id: 'RegisteredLimit' });
export type RegisteredLimit = z.infer<typeof RegisteredLimit>;
export const RegisteredLimitAnswer = z.strictObject({ registered_limit: RegisteredLimit });
export const RegisteredLimitList = collection('registered_limits', RegisteredLimit);

/** What one project, or one domain, may use of a resource. */
export const Limit = z
  .strictObject({
    ...common,
    project_id: z.string().nullable(),
    domain_id: z.string().nullable(),
    resource_limit: z.number(),
  })
  .meta({ id: 'Limit' });
export type Limit = z.infer<typeof Limit>;
export const LimitAnswer = z.strictObject({ limit: Limit });
export const LimitList = collection('limits', Limit);
export const LimitModelAnswer = z.strictObject({
  model: z.strictObject({ name: z.string(), description: z.string() }),
});
