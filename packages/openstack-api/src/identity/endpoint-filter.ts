import { z } from 'zod';
import { OpenStackId } from '../ids.js';
import { EndpointInterface } from './catalog.js';
import { collection, pageQuery, SelfLink, textFilters } from './collection.js';

const Name = z.string().trim().min(1).max(255);
const Description = z.string().max(65_535);
/** Which endpoints belong to a group: those that have all of it. */
const Filters = z.strictObject({
  service_id: z.string().max(64).optional(),
  region_id: z.string().max(255).optional(),
  interface: EndpointInterface.optional(),
});

export const CreateEndpointGroup = z.object({
  endpoint_group: z.object({ name: Name, description: Description.nullish(), filters: Filters }),
});
export const UpdateEndpointGroup = z.object({
  endpoint_group: z
    .object({ name: Name.optional(), description: Description.nullish(), filters: Filters.optional() })
    .refine((group) => Object.keys(group).length > 0, { message: 'Nothing to change.' }),
});
export const EndpointGroupQuery = pageQuery('name').extend(textFilters('name'));

export const EndpointGroup = z
  .strictObject({
    id: OpenStackId,
    name: z.string(),
    description: z.string().nullable(),
    filters: Filters,
    links: SelfLink,
  })
  .meta({ id: 'EndpointGroup' });
export type EndpointGroup = z.infer<typeof EndpointGroup>;
export const EndpointGroupAnswer = z.strictObject({ endpoint_group: EndpointGroup });
export const EndpointGroupList = collection('endpoint_groups', EndpointGroup);
