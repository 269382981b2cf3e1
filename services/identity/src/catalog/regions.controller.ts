import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { CreateRegion, RegionAnswer, RegionList, RegionQuery, UpdateRegion } from '@ocx/openstack-api/identity/catalog';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { anyUser, cloudAdmin } from '../policies/identity.policy.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { pageView } from '../wire/collection.js';
import { newId } from '../wire/id.js';
import { RequestPath } from '../wire/request-url.js';
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
  @Operation({ query: RegionQuery, answers: { 200: RegionList } })
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const asked = parse(RegionQuery, query);
    const regions = await this.catalog.listRegions({ parentRegionId: asked.parent_region_id });
    const views = regions.map((region) => regionView(region, this.settings.base));
    return pageView('regions', views, asked, this.settings.publicUrl + path);
  }

  @Post()
  @Policy(cloudAdmin)
  @Operation({ body: CreateRegion, answers: { 201: RegionAnswer }, errors: [404, 409] })
  async create(@Body() body: unknown) {
    const { region } = parse(CreateRegion, body);
    return this.make(region.id ?? newId(), region);
  }

  @Put(':region_id')
  @HttpCode(201)
  @Policy(cloudAdmin)
  @Operation({ body: CreateRegion, answers: { 201: RegionAnswer }, errors: [404, 409] })
  async createWithId(@Param('region_id') id: string, @Body() body: unknown) {
    const { region } = parse(CreateRegion, { region: { ...parse(CreateRegion, body).region, id } });
    return this.make(id, region);
  }

  private async make(id: string, fields: { description?: string | null; parent_region_id?: string | null }) {
    const region = { id, description: fields.description ?? '', parentRegionId: fields.parent_region_id ?? null };
    return { region: regionView(await this.catalog.createRegion(region), this.settings.base) };
  }

  @Get(':region_id')
  @Policy(anyUser)
  @Operation({ answers: { 200: RegionAnswer } })
  async show(@Param('region_id') id: string) {
    return { region: regionView(await this.catalog.showRegion(id), this.settings.base) };
  }

  @Patch(':region_id')
  @Policy(cloudAdmin)
  @Operation({ body: UpdateRegion, answers: { 200: RegionAnswer }, errors: [409] })
  async update(@Param('region_id') id: string, @Body() body: unknown) {
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
  @Operation({ answers: { 204: {} } })
  async delete(@Param('region_id') id: string): Promise<void> {
    await this.catalog.deleteRegion(id);
  }
}
