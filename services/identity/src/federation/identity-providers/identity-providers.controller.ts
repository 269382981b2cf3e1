import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Put, Query } from '@nestjs/common';
import { OpenStackId } from '@ocx/openstack-api/ids';
import {
  CreateIdentityProvider,
  IdentityProviderAnswer,
  IdentityProviderList,
  IdentityProviderQuery,
  UpdateIdentityProvider,
} from '@ocx/openstack-api/identity/identity-providers';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { cloudAdmin, systemReads } from '../../policies/identity.policy.js';
import { IdentitySettings } from '../../settings/identity.config.js';
import { pageView } from '../../wire/collection.js';
import { RequestPath } from '../../wire/request-url.js';
import { identityProviderView } from './identity-provider.view.js';
import { IdentityProvidersService } from './identity-providers.service.js';

@Controller('v3/OS-FEDERATION/identity_providers')
export class IdentityProvidersController {
  constructor(
    private readonly providers: IdentityProvidersService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(systemReads)
  @Operation({ query: IdentityProviderQuery, answers: { 200: IdentityProviderList } })
  async list(@Query() query: unknown, @RequestPath() path: string) {
    const asked = parse(IdentityProviderQuery, query);
    const providers = await this.providers.list({ id: asked.id, enabled: asked.enabled });
    const views = providers.map((provider) => identityProviderView(provider, this.settings.base));
    return pageView('identity_providers', views, asked, this.settings.publicUrl + path);
  }

  @Put(':idp_id')
  @HttpCode(201)
  @Policy(cloudAdmin)
  @Operation({ body: CreateIdentityProvider, answers: { 201: IdentityProviderAnswer }, errors: [409] })
  async create(@Param('idp_id') id: string, @Body() body: unknown) {
    const fields = parse(CreateIdentityProvider, body).identity_provider;
    const provider = await this.providers.create(parse(OpenStackId, id), {
      description: fields.description,
      domainId: fields.domain_id,
      enabled: fields.enabled,
      remoteIds: fields.remote_ids,
      authorizationTtl: fields.authorization_ttl,
    });
    return { identity_provider: identityProviderView(provider, this.settings.base) };
  }

  @Get(':idp_id')
  @Policy(systemReads)
  @Operation({ answers: { 200: IdentityProviderAnswer } })
  async show(@Param('idp_id') id: string) {
    return { identity_provider: identityProviderView(await this.providers.show(id), this.settings.base) };
  }

  @Patch(':idp_id')
  @Policy(cloudAdmin)
  @Operation({ body: UpdateIdentityProvider, answers: { 200: IdentityProviderAnswer }, errors: [409] })
  async update(@Param('idp_id') id: string, @Body() body: unknown) {
    const fields = parse(UpdateIdentityProvider, body).identity_provider;
    const provider = await this.providers.update(id, {
      description: fields.description,
      enabled: fields.enabled,
      remoteIds: fields.remote_ids,
      authorizationTtl: fields.authorization_ttl,
    });
    return { identity_provider: identityProviderView(provider, this.settings.base) };
  }

  @Delete(':idp_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('idp_id') id: string): Promise<void> {
    await this.providers.delete(id);
  }
}
