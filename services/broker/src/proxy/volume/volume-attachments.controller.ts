import { Controller, Get, Param } from '@nestjs/common';
import {
  AttachmentAnswer,
  AttachmentDetailList,
  AttachmentList,
  type AttachmentView,
} from '@ocx/openstack-api/block-storage/attachments';
import { Policy } from '@ocx/service-kit/auth';
import { NotFound } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { InventoryService } from '../../inventory/inventory.service.js';
import { isIn } from '../regions/region.js';
import type { Attachment } from '../attachments/attachment.js';
import { AttachmentsService } from '../attachments/attachments.service.js';
import { PROXY_POLICY } from '../proxy.policy.js';
import { type VolumeTarget, VolumeContext } from './volume-context.js';

const summary = (attachment: Attachment) => ({
  id: attachment.id,
  status: attachment.state === 'reserving' ? 'reserved' : attachment.state,
  instance: attachment.serverId,
  volume_id: attachment.volumeId,
});

/** Connection details are the compute landlord's alone: a tenant never sees where or with which secret. */
const detail = (attachment: Attachment): AttachmentView => ({
  ...summary(attachment),
  attached_at: attachment.createdAt.toISOString().replace('Z', '000'),
  detached_at: '',
  attach_mode: 'rw',
  connection_info: {},
});

/** Cinder's attachments, to read. They are made and ended through the server's API. */
@Controller(['regions/:region/volume/v3/attachments', 'regions/:region/volume/v3/:project_id/attachments'])
@Policy(PROXY_POLICY.projectReader)
export class VolumeAttachmentsController {
  constructor(
    private readonly context: VolumeContext,
    private readonly inventory: InventoryService,
    private readonly attachments: AttachmentsService,
  ) {}

  @Get()
  @Operation({ answers: { 200: AttachmentList } })
  async list(@Caller() caller: Principal, @Param() target: VolumeTarget) {
    return { attachments: (await this.ofProject(caller, target)).map(summary) };
  }

  @Get('detail')
  @Operation({ answers: { 200: AttachmentDetailList } })
  async detail(@Caller() caller: Principal, @Param() target: VolumeTarget) {
    return { attachments: (await this.ofProject(caller, target)).map(detail) };
  }

  @Get(':id')
  @Operation({ answers: { 200: AttachmentAnswer } })
  async show(@Caller() caller: Principal, @Param() target: VolumeTarget & { id: string }) {
    const found = (await this.ofProject(caller, target)).find(({ id }) => id === target.id);
    if (!found) throw new NotFound(`Attachment ${target.id.slice(0, 64)} could not be found.`);
    return { attachment: detail(found) };
  }

  private async ofProject(caller: Principal, target: VolumeTarget): Promise<Attachment[]> {
    const { region } = await this.context.of(caller, target);
    const volumes = await this.inventory.list('volume', caller.projectId ?? '');
    const shown = volumes.filter(({ landlordId }) => isIn(region, landlordId)).map(({ id }) => id);
    return this.attachments.shownOfVolumes(caller, shown);
  }
}
