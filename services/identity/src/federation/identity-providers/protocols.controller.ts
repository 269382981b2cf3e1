import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Put, Query } from '@nestjs/common';
import { OpenStackId } from '@ocx/openstack-api/ids';
import {
  CreateProtocol,
  ProtocolAnswer,
  ProtocolList,
  ProtocolQuery,
  UpdateProtocol,
} from '@ocx/openstack-api/identity/identity-providers';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { cloudAdmin, systemReads } from '../../policies/identity.policy.js';
import { IdentitySettings } from '../../settings/identity.config.js';
import { pageView } from '../../wire/collection.js';
import { RequestPath } from '../../wire/request-url.js';
import { protocolView } from './identity-provider.view.js';
import { IdentityProvidersService } from './identity-providers.service.js';

@Controller('v3/OS-FEDERATION/identity_providers/:idp_id/protocols')
export class ProtocolsController {
  constructor(
    private readonly providers: IdentityProvidersService,
    private readonly settings: IdentitySettings,
  ) {}

  @Get()
  @Policy(systemReads)
  @Operation({ query: ProtocolQuery, answers: { 200: ProtocolList } })
  async list(@Param('idp_id') id: string, @Query() query: unknown, @RequestPath() path: string) {
    const protocols = await this.providers.listProtocols(id);
    const views = protocols.map((protocol) => protocolView(protocol, this.settings.base));
    return pageView('protocols', views, parse(ProtocolQuery, query), this.settings.publicUrl + path);
  }

  @Put(':protocol_id')
  @HttpCode(201)
  @Policy(cloudAdmin)
  @Operation({ body: CreateProtocol, answers: { 201: ProtocolAnswer }, errors: [409] })
  async create(@Param('idp_id') id: string, @Param('protocol_id') protocolId: string, @Body() body: unknown) {
    const fields = parse(CreateProtocol, body).protocol;
    const protocol = await this.providers.createProtocol({
      identityProviderId: id,
      id: parse(OpenStackId, protocolId),
      mappingId: fields.mapping_id,
      remoteIdAttribute: fields.remote_id_attribute ?? null,
    });
    return { protocol: protocolView(protocol, this.settings.base) };
  }

  @Get(':protocol_id')
  @Policy(systemReads)
  @Operation({ answers: { 200: ProtocolAnswer } })
  async show(@Param('idp_id') id: string, @Param('protocol_id') protocolId: string) {
    return { protocol: protocolView(await this.providers.showProtocol(id, protocolId), this.settings.base) };
  }

  @Patch(':protocol_id')
  @Policy(cloudAdmin)
  @Operation({ body: UpdateProtocol, answers: { 200: ProtocolAnswer } })
  async update(@Param('idp_id') id: string, @Param('protocol_id') protocolId: string, @Body() body: unknown) {
    const { mapping_id: mappingId, remote_id_attribute: remoteIdAttribute } = parse(UpdateProtocol, body).protocol;
    const protocol = await this.providers.updateProtocol(id, protocolId, { mappingId, remoteIdAttribute });
    return { protocol: protocolView(protocol, this.settings.base) };
  }

  @Delete(':protocol_id')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async delete(@Param('idp_id') id: string, @Param('protocol_id') protocolId: string): Promise<void> {
    await this.providers.deleteProtocol(id, protocolId);
  }
}
