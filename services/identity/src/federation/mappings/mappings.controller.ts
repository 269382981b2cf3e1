import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Put, Query } from '@nestjs/common';
import { OpenStackId } from '@ocx/openstack-api/ids';
import { MappingAnswer, MappingList, MappingQuery, WriteMapping } from '@ocx/openstack-api/identity/mappings';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { cloudAdmin, systemReads } from '../../policies/identity.policy.js';
import { IdentitySettings } from '../../settings/identity.config.js';
import { pageView } from '../../wire/collection.js';
import { RequestPath } from '../../wire/request-url.js';
import { mappingView } from './mapping.view.js';
import { MappingsService } from './mappings.service.js';

@Controller('v3/OS-FEDERATION/mappings')
export class MappingsController {
  constructor(
    private readonly mappings: MappingsService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(systemReads)
  @Operation({ query: MappingQuery, answers: { 200: MappingList } })
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const mappings = await this.mappings.list();
    const views = mappings.map((mapping) => mappingView(mapping, this.settings.base));
    return pageView('mappings', views, parse(MappingQuery, query), this.settings.publicUrl + path);
  }

  @Put(':mapping_id')
  @HttpCode(201)
  @Policy(cloudAdmin)
  @Operation({ body: WriteMapping, answers: { 201: MappingAnswer }, errors: [409] })
  async create(@Param('mapping_id') id: string, @Body() body: unknown) {
    const { rules, schema_version } = parse(WriteMapping, body).mapping;
    const mapping = await this.mappings.create(parse(OpenStackId, id), rules, schema_version);
    return { mapping: mappingView(mapping, this.settings.base) };
  }

  @Get(':mapping_id')
  @Policy(systemReads)
  @Operation({ answers: { 200: MappingAnswer } })
  async show(@Param('mapping_id') id: string) {
    return { mapping: mappingView(await this.mappings.show(id), this.settings.base) };
  }

  @Patch(':mapping_id')
  @Policy(cloudAdmin)
  @Operation({ body: WriteMapping, answers: { 200: MappingAnswer }, errors: [409] })
  async update(@Param('mapping_id') id: string, @Body() body: unknown) {
    const { rules, schema_version } = parse(WriteMapping, body).mapping;
    return { mapping: mappingView(await this.mappings.update(id, rules, schema_version), this.settings.base) };
  }

  @Delete(':mapping_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} }, errors: [409] })
  async delete(@Param('mapping_id') id: string): Promise<void> {
    await this.mappings.delete(id);
  }
}
