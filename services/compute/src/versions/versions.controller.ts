import { Controller, Get, Inject } from '@nestjs/common';
import { COMPUTE_MAX_MICROVERSION, COMPUTE_MIN_MICROVERSION } from '@ocx/openstack-api/compute/microversions';
import { type ComputeVersion, ComputeVersionAnswer, ComputeVersions } from '@ocx/openstack-api/compute/versions';
import { Public } from '@ocx/service-kit/auth';
import { formatMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import { COMPUTE_SETTINGS, type ComputeSettings } from '../compute.config.js';

const MEDIA_TYPES = [{ base: 'application/json', type: 'application/vnd.openstack.compute+json;version=2.1' }];
const DESCRIBED = { rel: 'describedby', type: 'text/html', href: 'http://docs.openstack.org/' };

/** Nova's version documents. v2.0 comes first because clients of the oldest kind take the first. */
@Controller()
export class VersionsController {
  constructor(@Inject(COMPUTE_SETTINGS) private readonly settings: ComputeSettings) {}

  @Get()
  @Public()
  @Operation({ answers: { 200: ComputeVersions } })
  list() {
    const old = { id: 'v2.0', version: '', min_version: '', updated: '2011-01-21T11:33:21Z' };
    return {
      versions: [
        { ...old, status: 'SUPPORTED' as const, links: [this.self('v2')] },
        { ...this.current(), links: [this.self('v2.1')] },
      ],
    };
  }

  @Get('v2.1')
  @Public()
  @Operation({ answers: { 200: ComputeVersionAnswer } })
  show() {
    return { version: { ...this.current(), links: [this.self('v2.1'), DESCRIBED], 'media-types': MEDIA_TYPES } };
  }

  private current(): Omit<ComputeVersion, 'links'> {
    return {
      id: 'v2.1',
      status: 'CURRENT',
      version: formatMicroversion(COMPUTE_MAX_MICROVERSION),
      min_version: formatMicroversion(COMPUTE_MIN_MICROVERSION),
      updated: '2013-07-23T11:33:21Z',
    };
  }

  private self(version: string) {
    return { rel: 'self', href: `${this.settings.OCX_PUBLIC_URL}/${version}/` };
  }
}
