import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  CreateService,
  ServiceAnswer,
  ServiceList,
  ServiceQuery,
  UpdateService,
} from '@ocx/openstack-api/identity/catalog';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { textMatches } from '../database/text-match.js';
import { cloudAdmin, systemReads, systemReadsOrBroker } from '../policies/identity.policy.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { pageView } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { CatalogService } from './catalog.service.js';
import { serviceView } from './catalog.view.js';

@Controller('v3/services')
export class ServicesController {
  constructor(
    private readonly catalog: CatalogService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(systemReadsOrBroker)
  @Operation({ query: ServiceQuery, answers: { 200: ServiceList } })
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const filter = parse(ServiceQuery, query);
    const services = await this.catalog.listServices({
      type: textMatches(filter, 'type'),
      name: textMatches(filter, 'name'),
    });
    const views = services.map((service) => serviceView(service, this.settings.base));
    return pageView('services', views, filter, this.settings.publicUrl + path);
  }

  @Post()
  @Policy(cloudAdmin)
  @Operation({ body: CreateService, answers: { 201: ServiceAnswer }, errors: [409] })
  async create(@Body() body: unknown) {
    const { service } = parse(CreateService, body);
    const created = await this.catalog.createService({ ...service, description: service.description ?? '' });
    return { service: serviceView(created, this.settings.base) };
  }

  @Get(':service_id')
  @Policy(systemReads)
  @Operation({ answers: { 200: ServiceAnswer } })
  async show(@Param('service_id') id: string) {
    return { service: serviceView(await this.catalog.showService(id), this.settings.base) };
  }

  @Patch(':service_id')
  @Policy(cloudAdmin)
  @Operation({ body: UpdateService, answers: { 200: ServiceAnswer }, errors: [409] })
  async update(@Param('service_id') id: string, @Body() body: unknown) {
    const { service } = parse(UpdateService, body);
    const updated = await this.catalog.updateService(id, { ...service, description: service.description ?? undefined });
    return { service: serviceView(updated, this.settings.base) };
  }

  @Delete(':service_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('service_id') id: string): Promise<void> {
    await this.catalog.deleteService(id);
  }
}
