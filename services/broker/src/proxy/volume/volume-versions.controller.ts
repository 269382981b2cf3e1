import { Controller, Get, HttpCode, Param } from '@nestjs/common';
import { VOLUME_MAX_MICROVERSION, VOLUME_MIN_MICROVERSION } from '@ocx/openstack-api/block-storage/microversions';
import { VolumeVersions } from '@ocx/openstack-api/block-storage/versions';
import { Public } from '@ocx/service-kit/auth';
import { formatMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import { onlySlash } from '../trailing-slash.js';
import { VolumeContext } from './volume-context.js';

/** Version documents, written by the broker: no landlord's link ever reaches a client. */
@Controller('regions/:region/volume')
@Public()
export class VolumeVersionsController {
  constructor(private readonly context: VolumeContext) {}

  @Get(['', '*'])
  @HttpCode(300)
  @Operation({ answers: { 300: VolumeVersions } })
  root(@Param('region') region: string, @Param('*') rest?: string) {
    return this.version(region, rest);
  }

  @Get(['v3', 'v3/*'])
  @Operation({ answers: { 200: VolumeVersions } })
  async version(@Param('region') name: string, @Param('*') rest?: string) {
    onlySlash(rest);
    await this.context.region(name);
    return {
      versions: [
        {
          id: 'v3.0',
          status: 'CURRENT',
          version: formatMicroversion(VOLUME_MAX_MICROVERSION),
          min_version: formatMicroversion(VOLUME_MIN_MICROVERSION),
          updated: '2022-03-30T00:00:00Z',
          links: [{ rel: 'self', href: `${this.context.publicUrl}/regions/${name}/volume/v3/` }],
          'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.volume+json;version=3' }],
        },
      ],
    };
  }
}
