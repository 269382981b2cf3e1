import { Controller, Get, HttpCode, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { IMAGE_JSON_SCHEMA, IMAGES_JSON_SCHEMA } from '@ocx/openstack-api/image/schemas';
import { ImageSchemaDocument, ImageVersions, ImportMethods } from '@ocx/openstack-api/image/discovery';
import { Policy, Public } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { COMPUTE_SETTINGS, type ComputeSettings } from '../compute.config.js';
import { discoverImages } from './images.policy.js';

const CURRENT = 'v2.9';
const OLDER = ['v2.7', 'v2.6', 'v2.5', 'v2.4', 'v2.3', 'v2.2', 'v2.1', 'v2.0'];

/** What clients read before they speak Glance: versions, schemas, import methods. */
@Controller('image')
export class ImageDiscoveryController {
  constructor(@Inject(COMPUTE_SETTINGS) private readonly settings: ComputeSettings) {}

  @Get()
  @HttpCode(300)
  @Public()
  @Operation({ answers: { 300: ImageVersions } })
  versions() {
    const links = [{ rel: 'self', href: `${this.settings.OCX_PUBLIC_URL}/image/v2/` }];
    const version = (id: string, status: 'CURRENT' | 'SUPPORTED') => ({ id, status, links });
    return { versions: [version(CURRENT, 'CURRENT'), ...OLDER.map((id) => version(id, 'SUPPORTED'))] };
  }

  @Get('versions')
  @Public()
  @Operation({ answers: { 200: ImageVersions } })
  async versionsList(@Res() reply: FastifyReply): Promise<void> {
    await reply.code(200).send(this.versions());
  }

  @Get('v2/schemas/image')
  @Policy(discoverImages)
  @Operation({ answers: { 200: ImageSchemaDocument } })
  imageSchema() {
    return IMAGE_JSON_SCHEMA;
  }

  @Get('v2/schemas/images')
  @Policy(discoverImages)
  @Operation({ answers: { 200: ImageSchemaDocument } })
  imagesSchema() {
    return IMAGES_JSON_SCHEMA;
  }

  @Get('v2/info/import')
  @Policy(discoverImages)
  @Operation({ answers: { 200: ImportMethods } })
  importMethods() {
    return { 'import-methods': { description: 'Import methods available.', type: 'array', value: ['web-download'] } };
  }
}
