import { z } from 'zod';
import { OpenStackId } from '../ids.js';
import { PageLinks } from './wire.js';

export const VolumeTypeView = z
  .object({
    id: OpenStackId,
    name: z.string().max(255),
    description: z.string().max(255).nullable(),
    is_public: z.boolean(),
    'os-volume-type-access:is_public': z.boolean(),
    qos_specs_id: OpenStackId.nullable(),
    extra_specs: z.record(z.string().max(255), z.string().max(255)),
  })
  .meta({ id: 'VolumeType' });
export type VolumeTypeView = z.infer<typeof VolumeTypeView>;

export const VolumeTypeAnswer = z.object({ volume_type: VolumeTypeView });
export const VolumeTypeList = z.object({
  volume_types: z.array(VolumeTypeView),
  volume_type_links: PageLinks.optional(),
});
export const ExtraSpecsAnswer = z.object({ extra_specs: z.record(z.string(), z.string()) });
