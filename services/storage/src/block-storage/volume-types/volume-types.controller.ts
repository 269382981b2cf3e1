import { Controller, Get, Param } from '@nestjs/common';
import { anyPrincipal } from '@ocx/landlord-kit/landlord.policy';
import { VOLUME_TYPES, type VolumeType } from '@ocx/openstack-api/exchange/products';
import { ExtraSpecsAnswer, VolumeTypeAnswer, VolumeTypeList } from '@ocx/openstack-api/block-storage/volume-types';
import { Policy } from '@ocx/service-kit/auth';
import { NotFound } from '@ocx/service-kit/errors';
import { ProjectCaller, projectPaths } from '../project-path.js';
import { Operation } from '@ocx/service-kit/operation';
import type { Principal } from '@ocx/service-kit/principal';
import { DEFAULT_VOLUME_TYPE, volumeTypeById } from '../volumes/volume.js';
import { volumeTypeView } from './volume-type.view.js';

function typeOf(id: string): VolumeType {
  const type = id === 'default' ? DEFAULT_VOLUME_TYPE : volumeTypeById(id);
  if (!type) throw new NotFound(`Volume type ${id.slice(0, 64)} could not be found.`);
  return type;
}

/** Cinder v3: volume types, which are the exchange's standard products. */
@Controller(projectPaths('types'))
export class VolumeTypesController {
  @Get()
  @Policy(anyPrincipal)
  @Operation({ answers: { 200: VolumeTypeList } })
  list(@ProjectCaller() _principal: Principal) {
    return { volume_types: VOLUME_TYPES.map(volumeTypeView) };
  }

  @Get(':id')
  @Policy(anyPrincipal)
  @Operation({ answers: { 200: VolumeTypeAnswer } })
  show(@ProjectCaller() _principal: Principal, @Param('id') id: string) {
    return { volume_type: volumeTypeView(typeOf(id)) };
  }

  @Get(':id/extra_specs')
  @Policy(anyPrincipal)
  @Operation({ answers: { 200: ExtraSpecsAnswer } })
  extraSpecs(@ProjectCaller() _principal: Principal, @Param('id') id: string) {
    return { extra_specs: volumeTypeView(typeOf(id)).extra_specs };
  }
}
