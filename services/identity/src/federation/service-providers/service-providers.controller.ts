import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Put, Query } from '@nestjs/common';
import { OpenStackId } from '@ocx/openstack-api/ids';
import {
  CreateServiceProvider,
  ServiceProviderAnswer,
  ServiceProviderList,
  ServiceProviderQuery,
  UpdateServiceProvider,
} from '@ocx/openstack-api/identity/service-providers';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { cloudAdmin, systemReads } from '../../policies/identity.policy.js';
import { IdentitySettings } from '../../settings/identity.config.js';
import { pageView } from '../../wire/collection.js';
import { RequestPath } from '../../wire/request-url.js';
import { serviceProviderView } from './service-provider.view.js';
import { ServiceProvidersService } from './service-providers.service.js';

@Controller('v3/OS-FEDERATION/service_providers')
export class ServiceProvidersController {
  constructor(
    private readonly providers: ServiceProvidersService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(systemReads)
  @Operation({ query: ServiceProviderQuery, answers: { 200: ServiceProviderList } })
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const asked = parse(ServiceProviderQuery, query);
    const providers = await this.providers.list(asked);
    const views = providers.map((provider) => serviceProviderView(provider, this.settings.base));
    return pageView('service_providers', views, asked, this.settings.publicUrl + path);
  }

  @Put(':sp_id')
  @HttpCode(201)
  @Policy(cloudAdmin)
  @Operation({ body: CreateServiceProvider, answers: { 201: ServiceProviderAnswer }, errors: [409] })
  async create(@Param('sp_id') id: string, @Body() body: unknown) {
    const fields = parse(CreateServiceProvider, body).service_provider;
    const provider = await this.providers.create({
      id: parse(OpenStackId, id),
      authUrl: fields.auth_url,
      spUrl: fields.sp_url,
      description: fields.description ?? null,
      enabled: fields.enabled,
      relayStatePrefix: fields.relay_state_prefix,
    });
    return { service_provider: serviceProviderView(provider, this.settings.base) };
  }

  @Get(':sp_id')
  @Policy(systemReads)
  @Operation({ answers: { 200: ServiceProviderAnswer } })
  async show(@Param('sp_id') id: string) {
    return { service_provider: serviceProviderView(await this.providers.show(id), this.settings.base) };
  }

  @Patch(':sp_id')
  @Policy(cloudAdmin)
  @Operation({ body: UpdateServiceProvider, answers: { 200: ServiceProviderAnswer }, errors: [409] })
  async update(@Param('sp_id') id: string, @Body() body: unknown) {
    const change = parse(UpdateServiceProvider, body).service_provider;
    const provider = await this.providers.update(id, {
      authUrl: change.auth_url,
      spUrl: change.sp_url,
      description: change.description,
      enabled: change.enabled,
      relayStatePrefix: change.relay_state_prefix,
    });
    return { service_provider: serviceProviderView(provider, this.settings.base) };
  }

  @Delete(':sp_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('sp_id') id: string): Promise<void> {
    await this.providers.delete(id);
  }
}
