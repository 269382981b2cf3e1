import { Controller, Get, HttpCode, Param } from '@nestjs/common';
import { IMAGE_JSON_SCHEMA, IMAGES_JSON_SCHEMA } from '@ocx/openstack-api/image/schemas';
import { ImageSchemaDocument, ImageVersions, ImportMethods } from '@ocx/openstack-api/image/discovery';
import { Policy, Public } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { ProxySettings } from '../proxy/proxy-settings.js';
import { RegionsService } from '../proxy/regions/regions.service.js';
import { onlySlash } from '../proxy/trailing-slash.js';
import { PROXY_POLICY } from '../proxy/proxy.policy.js';

const member = {
  name: 'member',
  properties: {
    created_at: { type: 'string', description: 'Date and time of image member creation' },
    image_id: { type: 'string', description: 'An identifier for the image' },
    member_id: { type: 'string', description: 'An identifier for the image member (tenantId)' },
    schema: { type: 'string', readOnly: true },
    status: {
      type: 'string',
      description: 'The status of this image member',
      enum: ['pending', 'accepted', 'rejected'],
    },
    updated_at: { type: 'string', description: 'Date and time of last modification of image member' },
  },
};

const VERSIONS = ['v2.0', 'v2.1', 'v2.2', 'v2.3', 'v2.4', 'v2.5', 'v2.6', 'v2.7', 'v2.9'];

/** Where Glance is and what it looks like: read by clients before they write. */
@Controller('regions/:region/image')
export class ImageVersionsController {
  constructor(
    private readonly regions: RegionsService,
    private readonly settings: ProxySettings,
  ) {}

  @Get(['', '*'])
  @HttpCode(300)
  @Public()
  @Operation({ answers: { 300: ImageVersions } })
  async root(@Param('region') region: string, @Param('*') rest?: string) {
    onlySlash(rest);
    return this.versions(region);
  }

  @Get('versions')
  @Public()
  @Operation({ answers: { 200: ImageVersions } })
  async versions(@Param('region') region: string) {
    await this.regions.require(region);
    const href = `${this.settings.publicUrl}/regions/${region}/image/v2/`;
    const versions = VERSIONS.toReversed().map((id, index) => ({
      id,
      status: index === 0 ? ('CURRENT' as const) : ('SUPPORTED' as const),
      links: [{ rel: 'self', href }],
    }));
    return { versions };
  }

  @Get('v2/schemas/image')
  @Policy(PROXY_POLICY.images)
  @Operation({ answers: { 200: ImageSchemaDocument } })
  imageSchema() {
    return IMAGE_JSON_SCHEMA;
  }

  @Get('v2/schemas/images')
  @Policy(PROXY_POLICY.images)
  @Operation({ answers: { 200: ImageSchemaDocument } })
  imagesSchema() {
    return IMAGES_JSON_SCHEMA;
  }

  @Get('v2/schemas/member')
  @Policy(PROXY_POLICY.images)
  @Operation({ answers: { 200: ImageSchemaDocument } })
  memberSchema() {
    return member;
  }

  @Get('v2/schemas/members')
  @Policy(PROXY_POLICY.images)
  @Operation({ answers: { 200: ImageSchemaDocument } })
  membersSchema() {
    return {
      name: 'members',
      properties: { members: { type: 'array', items: member }, schema: { type: 'string' } },
      links: [{ rel: 'describedby', href: '{schema}' }],
    };
  }

  /** Uploads go straight to an image; there is no staging area to import from. */
  @Get('v2/info/import')
  @Policy(PROXY_POLICY.images)
  @Operation({ answers: { 200: ImportMethods } })
  importInfo() {
    return { 'import-methods': { description: 'Import methods available.', type: 'array', value: [] } };
  }
}
