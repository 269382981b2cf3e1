import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { MetadataBody, MetadataItemBody, type ServerDetail } from '@ocx/openstack-api/compute/servers';
import {
  AddressesAnswer,
  InterfaceList,
  MetadataAnswer,
  MetadataItemAnswer,
  ServerSecurityGroups,
  VolumeAttachmentAnswer,
  VolumeAttachmentList,
} from '@ocx/openstack-api/compute/server-answers';
import type { VolumeAttachmentRow } from '@ocx/openstack-api/compute/volume-attachments';
import { Policy } from '@ocx/service-kit/auth';
import { InvalidInput, NotFound } from '@ocx/service-kit/errors';
import { type MicroversionValue, RequestMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { VolumeAttachmentsService } from '../volume-attachments/volume-attachments.service.js';
import type { VolumeAttachment } from '../volume-attachments/volume-attachments.repository.js';
import { addressesOf } from './server.view.js';
import { serverId } from './server-id.js';
import { ServersService } from './servers.service.js';
import { changeServer, readServers } from './servers.policy.js';

const MAX_METADATA_ITEMS = 128;

function attachmentRow(attachment: VolumeAttachment, { minor }: MicroversionValue): VolumeAttachmentRow {
  return {
    ...(minor < 89 ? { id: attachment.volumeId } : {}),
    device: attachment.device,
    serverId: attachment.serverId,
    volumeId: attachment.volumeId,
    ...(minor >= 70 ? { tag: null } : {}),
    ...(minor >= 79 ? { delete_on_termination: false } : {}),
    ...(minor >= 89 ? { attachment_id: attachment.id, bdm_uuid: attachment.id } : {}),
  };
}

/** What a server has: metadata, addresses, interfaces, volumes. */
@Controller('v2.1/servers/:id')
export class ServerPartsController {
  constructor(
    private readonly servers: ServersService,
    private readonly attachments: VolumeAttachmentsService,
  ) {}

  @Get('metadata')
  @Policy(readServers)
  @Operation({ answers: { 200: MetadataAnswer } })
  async metadata(@Caller() caller: Principal, @Param('id') id: string) {
    return { metadata: (await this.servers.show(caller, serverId(id))).metadata };
  }

  @Post('metadata')
  @HttpCode(200)
  @Policy(changeServer)
  @Operation({ body: MetadataBody, answers: { 200: MetadataAnswer }, errors: [409] })
  async addMetadata(@Caller() caller: Principal, @Param('id') id: string, @Body() body: unknown) {
    const { metadata } = parse(MetadataBody, body);
    const server = await this.servers.show(caller, serverId(id));
    return this.setMetadata(caller, id, { ...server.metadata, ...metadata });
  }

  @Put('metadata')
  @Policy(changeServer)
  @Operation({ body: MetadataBody, answers: { 200: MetadataAnswer }, errors: [409] })
  replaceMetadata(@Caller() caller: Principal, @Param('id') id: string, @Body() body: unknown) {
    return this.setMetadata(caller, id, parse(MetadataBody, body).metadata);
  }

  @Get('metadata/:key')
  @Policy(readServers)
  @Operation({ answers: { 200: MetadataItemAnswer } })
  async metadataItem(@Caller() caller: Principal, @Param('id') id: string, @Param('key') key: string) {
    const { metadata } = await this.servers.show(caller, serverId(id));
    return { meta: { [key]: itemOf(metadata, key) } };
  }

  @Put('metadata/:key')
  @Policy(changeServer)
  @Operation({ body: MetadataItemBody, answers: { 200: MetadataItemAnswer }, errors: [409] })
  async setMetadataItem(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Param('key') key: string,
    @Body() body: unknown,
  ) {
    const { meta } = parse(MetadataItemBody, body);
    if (!Object.hasOwn(meta, key)) throw new InvalidInput('Request body and URI mismatch');
    const server = await this.servers.show(caller, serverId(id));
    await this.setMetadata(caller, id, { ...server.metadata, ...meta });
    return { meta };
  }

  @Delete('metadata/:key')
  @HttpCode(204)
  @Policy(changeServer)
  @Operation({ answers: { 204: {} }, errors: [409] })
  async deleteMetadataItem(@Caller() caller: Principal, @Param('id') id: string, @Param('key') key: string) {
    const { metadata } = await this.servers.show(caller, serverId(id));
    itemOf(metadata, key);
    await this.setMetadata(caller, id, Object.fromEntries(Object.entries(metadata).filter(([name]) => name !== key)));
  }

  @Get('ips')
  @Policy(readServers)
  @Operation({ answers: { 200: AddressesAnswer } })
  async addresses(@Caller() caller: Principal, @Param('id') id: string) {
    const addresses = addressesOf(await this.servers.show(caller, serverId(id)));
    const short = (list: ServerDetail['addresses'][string]) => list.map(({ addr, version }) => ({ addr, version }));
    return { addresses: Object.fromEntries(Object.entries(addresses).map(([name, list]) => [name, short(list)])) };
  }

  @Get('os-interface')
  @Policy(readServers)
  @Operation({ answers: { 200: InterfaceList } })
  async interfaces(@Caller() caller: Principal, @Param('id') id: string) {
    const server = await this.servers.show(caller, serverId(id));
    if (server.address === null) return { interfaceAttachments: [] };
    const fixed = { ip_address: server.address, subnet_id: server.networkId };
    const port = { port_id: server.id, port_state: 'ACTIVE' as const, mac_addr: server.mac };
    return { interfaceAttachments: [{ ...port, net_id: server.networkId, fixed_ips: [fixed] }] };
  }

  @Get('os-security-groups')
  @Policy(readServers)
  @Operation({ answers: { 200: ServerSecurityGroups } })
  async securityGroups(@Caller() caller: Principal, @Param('id') id: string) {
    const { projectId } = await this.servers.show(caller, serverId(id));
    return {
      security_groups: [{ id: 'default', name: 'default', description: 'default', tenant_id: projectId, rules: [] }],
    };
  }

  @Get('os-volume_attachments')
  @Policy(readServers)
  @Operation({ answers: { 200: VolumeAttachmentList } })
  async volumes(
    @Caller() caller: Principal,
    @RequestMicroversion() version: MicroversionValue,
    @Param('id') id: string,
  ) {
    const server = await this.servers.show(caller, serverId(id));
    const attached = await this.attachments.ofServers([server.id]);
    return { volumeAttachments: attached.map((attachment) => attachmentRow(attachment, version)) };
  }

  @Get('os-volume_attachments/:volume')
  @Policy(readServers)
  @Operation({ answers: { 200: VolumeAttachmentAnswer } })
  async volume(
    @Caller() caller: Principal,
    @RequestMicroversion() version: MicroversionValue,
    @Param('id') id: string,
    @Param('volume') volumeId: string,
  ) {
    const server = await this.servers.show(caller, serverId(id));
    const found = (await this.attachments.ofServers([server.id])).find((one) => one.volumeId === volumeId);
    if (!found) throw new NotFound(`Instance ${id} is not attached to volume ${volumeId}`);
    return { volumeAttachment: attachmentRow(found, version) };
  }

  private async setMetadata(caller: Principal, id: string, metadata: Record<string, string>) {
    if (Object.keys(metadata).length > MAX_METADATA_ITEMS) {
      throw new InvalidInput(`Maximum number of metadata items exceeds ${MAX_METADATA_ITEMS}`);
    }
    await this.servers.update(caller, serverId(id), { metadata });
    return { metadata };
  }
}

function itemOf(metadata: Record<string, string>, key: string): string {
  const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  if (value === undefined) throw new NotFound('Metadata item was not found');
  return value;
}
