import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  CreateEndpoint,
  EndpointAnswer,
  EndpointList,
  EndpointQuery,
  UpdateEndpoint,
} from '@ocx/openstack-api/identity/catalog';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { cloudAdmin, systemReads } from '../policies/identity.policy.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { pageView } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { CatalogService } from './catalog.service.js';
import { endpointView } from './catalog.view.js';

@Controller('v3/endpoints')
export class EndpointsController {
  constructor(
    private readonly catalog: CatalogService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(systemReads)
  @Operation({ query: EndpointQuery, answers: { 200: EndpointList } })
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const filter = parse(EndpointQuery, query);
    const endpoints = await this.catalog.listEndpoints({
      interface: filter.interface,
      serviceId: filter.service_id,
      regionId: filter.region_id,
    });
    const views = endpoints.map((endpoint) => endpointView(endpoint, this.settings.base));
    return pageView('endpoints', views, filter, this.settings.publicUrl + path);
  }

  @Post()
  @Policy(cloudAdmin)
  @Operation({ body: CreateEndpoint, answers: { 201: EndpointAnswer }, errors: [404, 409] })
  async create(@Body() body: unknown) {
    const { endpoint } = parse(CreateEndpoint, body);
    const created = await this.catalog.createEndpoint({
      serviceId: endpoint.service_id,
      interface: endpoint.interface,
      url: endpoint.url,
      regionId: (await this.regionOf(endpoint)) ?? null,
      enabled: endpoint.enabled,
    });
    return { endpoint: endpointView(created, this.settings.base) };
  }

  @Get(':endpoint_id')
  @Policy(systemReads)
  @Operation({ answers: { 200: EndpointAnswer } })
  async show(@Param('endpoint_id') id: string) {
    return { endpoint: endpointView(await this.catalog.showEndpoint(id), this.settings.base) };
  }

  @Patch(':endpoint_id')
  @Policy(cloudAdmin)
  @Operation({ body: UpdateEndpoint, answers: { 200: EndpointAnswer }, errors: [409] })
  async update(@Param('endpoint_id') id: string, @Body() body: unknown) {
    const { endpoint } = parse(UpdateEndpoint, body);
    const updated = await this.catalog.updateEndpoint(id, {
      serviceId: endpoint.service_id,
      interface: endpoint.interface,
      url: endpoint.url,
      regionId: await this.regionOf(endpoint),
      enabled: endpoint.enabled,
    });
    return { endpoint: endpointView(updated, this.settings.base) };
  }

  @Delete(':endpoint_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('endpoint_id') id: string): Promise<void> {
    await this.catalog.deleteEndpoint(id);
  }

  private async regionOf(fields: { region_id?: string | null; region?: string | null }) {
    if (fields.region_id !== undefined && fields.region_id !== null) return fields.region_id;
    return fields.region == null ? undefined : this.catalog.ensureRegion(fields.region);
  }
}
