import type { VolumeType } from '@ocx/openstack-api/exchange/products';
import type { VolumeTypeView } from '@ocx/openstack-api/block-storage/volume-types';

export function volumeTypeView(type: VolumeType): VolumeTypeView {
  return {
    id: type.id,
    name: type.name,
    description: type.description,
    is_public: true,
    'os-volume-type-access:is_public': true,
    qos_specs_id: null,
    extra_specs: {},
  };
}
