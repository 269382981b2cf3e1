import { Controller, Get, Param } from '@nestjs/common';
import { COMPUTE_MAX_MICROVERSION, COMPUTE_MIN_MICROVERSION } from '@ocx/openstack-api/compute/microversions';
import { type ComputeVersion, ComputeVersionAnswer, ComputeVersions } from '@ocx/openstack-api/compute/versions';
import { Public } from '@ocx/service-kit/auth';
import { formatMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import { onlySlash } from '../trailing-slash.js';
import { ComputeContext } from './compute-context.js';

/** Version documents, written by the broker: no landlord's link ever reaches a client. */
@Controller('regions/:region/compute')
@Public()
export class ComputeVersionsController {
  constructor(private readonly context: ComputeContext) {}

  @Get(['', '*'])
  @Operation({ answers: { 200: ComputeVersions } })
  async root(@Param('region') region: string, @Param('*') rest?: string) {
    onlySlash(rest);
    return { versions: [this.legacy(region), await this.current(region)] };
  }

  @Get(['v2.1', 'v2.1/*'])
  @Operation({ answers: { 200: ComputeVersionAnswer } })
  async version(@Param('region') region: string, @Param('*') rest?: string) {
    onlySlash(rest);
    return {
      version: {
        ...(await this.current(region)),
        'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.compute+json;version=2.1' }],
      },
    };
  }

  // Clients of Nova take the first entry for the one without microversions.
  private legacy(region: string): ComputeVersion {
    const { publicUrl } = this.context.links(region);
    return {
      id: 'v2.0',
      status: 'SUPPORTED',
      version: '',
      min_version: '',
      updated: '2011-01-21T11:33:21Z',
      links: [{ rel: 'self', href: `${publicUrl}/regions/${region}/compute/v2/` }],
    };
  }

  private async current(name: string): Promise<ComputeVersion> {
    await this.context.region(name);
    const { publicUrl } = this.context.links(name);
    return {
      id: 'v2.1',
      status: 'CURRENT',
      version: formatMicroversion(COMPUTE_MAX_MICROVERSION),
      min_version: formatMicroversion(COMPUTE_MIN_MICROVERSION),
      updated: '2013-07-23T11:33:21Z',
      links: [{ rel: 'self', href: `${publicUrl}/regions/${name}/compute/v2.1/` }],
    };
  }
}
