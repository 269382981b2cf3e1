import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { Policy } from '@ocx/service-kit/auth';
import { parse } from '@ocx/service-kit/validation';
import { anyUser, cloudAdmin } from '../policies/identity.policy.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks } from '../wire/collection.js';
import { newId } from '../wire/id.js';
import { RequestPath } from '../wire/request-url.js';
import { CreateRegion, RegionQuery, UpdateRegion } from './catalog.schema.js';
import { CatalogService } from './catalog.service.js';
import { regionView } from './catalog.view.js';

@Controller('v3/regions')
export class RegionsController {
  constructor(
    private readonly catalog: CatalogService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(anyUser)
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const { parent_region_id } = parse(RegionQuery, query);
    const regions = await this.catalog.listRegions({ parentRegionId: parent_region_id });
    return {
      regions: regions.map((region) => regionView(region, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path),
    };
  }

  @Post()
  @Policy(cloudAdmin)
  async create(@Body({ schema: CreateRegion }) body: unknown) {
    const { region } = parse(CreateRegion, body);
    return this.make(region.id ?? newId(), region);
  }

  @Put(':region_id')
  @HttpCode(201)
  @Policy(cloudAdmin)
  async createWithId(@Param('region_id') id: string, @Body({ schema: CreateRegion }) body: unknown) {
    const { region } = parse(CreateRegion, { region: { ...parse(CreateRegion, body).region, id } });
    return this.make(id, region);
  }

  private async make(id: string, fields: { description?: string | null; parent_region_id?: string | null }) {
    const region = { id, description: fields.description ?? '', parentRegionId: fields.parent_region_id ?? null };
    return { region: regionView(await this.catalog.createRegion(region), this.settings.base) };
  }

  @Get(':region_id')
  @Policy(anyUser)
  async show(@Param('region_id') id: string) {
    return { region: regionView(await this.catalog.showRegion(id), this.settings.base) };
  }

  @Patch(':region_id')
  @Policy(cloudAdmin)
  async update(@Param('region_id') id: string, @Body({ schema: UpdateRegion }) body: unknown) {
    const { region } = parse(UpdateRegion, body);
    const updated = await this.catalog.updateRegion(id, {
      description: region.description ?? undefined,
      parentRegionId: region.parent_region_id,
    });
    return { region: regionView(updated, this.settings.base) };
  }

  @Delete(':region_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  async delete(@Param('region_id') id: string): Promise<void> {
    await this.catalog.deleteRegion(id);
  }
}
