import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { Policy } from '@ocx/service-kit/auth';
import { parse } from '@ocx/service-kit/validation';
import { cloudAdmin } from '../policies/identity.policy.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { CreateService, ServiceQuery, UpdateService } from './catalog.schema.js';
import { CatalogService } from './catalog.service.js';
import { serviceView } from './catalog.view.js';

@Controller('v3/services')
export class ServicesController {
  constructor(
    private readonly catalog: CatalogService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(cloudAdmin)
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const services = await this.catalog.listServices(parse(ServiceQuery, query));
    return {
      services: services.map((service) => serviceView(service, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path),
    };
  }

  @Post()
  @Policy(cloudAdmin)
  async create(@Body({ schema: CreateService }) body: unknown) {
    const { service } = parse(CreateService, body);
    const created = await this.catalog.createService({ ...service, description: service.description ?? '' });
    return { service: serviceView(created, this.settings.base) };
  }

  @Get(':service_id')
  @Policy(cloudAdmin)
  async show(@Param('service_id') id: string) {
    return { service: serviceView(await this.catalog.showService(id), this.settings.base) };
  }

  @Patch(':service_id')
  @Policy(cloudAdmin)
  async update(@Param('service_id') id: string, @Body({ schema: UpdateService }) body: unknown) {
    const { service } = parse(UpdateService, body);
    const updated = await this.catalog.updateService(id, { ...service, description: service.description ?? undefined });
    return { service: serviceView(updated, this.settings.base) };
  }

  @Delete(':service_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  async delete(@Param('service_id') id: string): Promise<void> {
    await this.catalog.deleteService(id);
  }
}
