import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { VolumeAttachmentAnswer, VolumeAttachmentList } from '@ocx/openstack-api/compute/server-answers';
import { CreateVolumeAttachment, type VolumeAttachmentRow } from '@ocx/openstack-api/compute/volume-attachments';
import { Policy } from '@ocx/service-kit/auth';
import { type MicroversionValue, RequestMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { ComputeContext } from './compute-context.js';
import { type LocatedServer, ServersService } from './servers.service.js';
import { WithinBudget } from '../../budgets/within-budget.js';
import { PROXY_POLICY } from '../proxy.policy.js';
import type { Attachment } from '../attachments/attachment.js';
import { AttachmentsService } from '../attachments/attachments.service.js';

const Page = z.object({
  limit: z.coerce.number().int().nonnegative().optional(),
  offset: z.coerce.number().int().nonnegative().optional(),
});

function view(attachment: Attachment, { minor }: MicroversionValue): VolumeAttachmentRow {
  return {
    device: attachment.device ?? '',
    serverId: attachment.serverId,
    volumeId: attachment.volumeId,
    ...(minor < 89 ? { id: attachment.volumeId } : { attachment_id: attachment.id, bdm_uuid: attachment.id }),
    ...(minor >= 70 ? { tag: attachment.tag } : {}),
    ...(minor >= 79 ? { delete_on_termination: false } : {}),
  };
}

/** Nova's volume attachments, which drive the cross-landlord attach. */
@Controller('regions/:region/compute/v2.1/servers/:id/os-volume_attachments')
@WithinBudget('server')
export class ServerAttachmentsController {
  constructor(
    private readonly context: ComputeContext,
    private readonly servers: ServersService,
    private readonly attachments: AttachmentsService,
  ) {}

  @Get()
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ query: Page, answers: { 200: VolumeAttachmentList } })
  async list(
    @Caller() caller: Principal,
    @Param() target: { region: string; id: string },
    @Query() query: unknown,
    @RequestMicroversion() version: MicroversionValue,
  ) {
    const { row } = await this.locate(caller, target);
    const { limit, offset } = parse(Page, query);
    const all = await this.attachments.list(caller, row.id);
    const start = offset ?? 0;
    return { volumeAttachments: all.slice(start, start + (limit ?? 1000)).map((one) => view(one, version)) };
  }

  @Post()
  @HttpCode(200)
  @Policy(PROXY_POLICY.projectMember)
  @Operation({ body: CreateVolumeAttachment, answers: { 200: VolumeAttachmentAnswer }, errors: [409] })
  async create(
    @Caller() caller: Principal,
    @Param() target: { region: string; id: string },
    @Body() body: unknown,
    @RequestMicroversion() version: MicroversionValue,
  ) {
    const { volumeAttachment } = parse(CreateVolumeAttachment, body);
    const located = await this.locate(caller, target);
    return { volumeAttachment: view(await this.attachments.attach(caller, located, volumeAttachment), version) };
  }

  @Get(':volume')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ answers: { 200: VolumeAttachmentAnswer } })
  async show(
    @Caller() caller: Principal,
    @Param() target: { region: string; id: string; volume: string },
    @RequestMicroversion() version: MicroversionValue,
  ) {
    const { row } = await this.locate(caller, target);
    return { volumeAttachment: view(await this.attachments.show(caller, row.id, uuid(target.volume)), version) };
  }

  @Delete(':volume')
  @HttpCode(202)
  @Policy(PROXY_POLICY.projectMember)
  @Operation({ answers: { 202: {} }, errors: [409] })
  async delete(@Caller() caller: Principal, @Param() target: { region: string; id: string; volume: string }) {
    const { row } = await this.locate(caller, target);
    await this.attachments.detach(caller, row.id, uuid(target.volume));
  }

  private async locate(caller: Principal, target: { region: string; id: string }): Promise<LocatedServer> {
    return this.servers.locate(caller, await this.context.region(target.region), target.id);
  }
}

// No volume has an id of another form, and the database would refuse it.
function uuid(id: string): string {
  return z.uuid().safeParse(id).success ? id : '00000000-0000-0000-0000-000000000000';
}
