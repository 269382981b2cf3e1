import { Controller, Get, HttpCode } from '@nestjs/common';
import { Public } from '@ocx/service-kit/auth';
import { BlockStorageConfig } from '../block-storage.config.js';
import { BLOCK_STORAGE_MICROVERSIONS } from './block-storage-microversion.js';

/** Since Cinder 3.70: `2022-03-30`. */
const UPDATED = '2022-03-30T00:00:00Z';

/** Cinder's version documents. Swift has none, so the service's root is Cinder's. */
@Controller()
export class VersionsController {
  constructor(private readonly config: BlockStorageConfig) {}

  @Get('/')
  @HttpCode(300)
  @Public()
  choices() {
    return this.document();
  }

  @Get('v3')
  @Public()
  version() {
    return this.document();
  }

  private document() {
    const { min, max } = BLOCK_STORAGE_MICROVERSIONS;
    return {
      versions: [
        {
          id: 'v3.0',
          status: 'CURRENT',
          version: max,
          min_version: min,
          updated: UPDATED,
          links: [
            { rel: 'describedby', type: 'text/html', href: 'https://docs.openstack.org/' },
            { rel: 'self', href: `${this.config.OCX_PUBLIC_URL}/v3/` },
          ],
          'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.volume+json;version=3' }],
        },
      ],
    };
  }
}
