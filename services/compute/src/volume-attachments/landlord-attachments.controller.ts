import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AttachmentView, ConnectAttachment } from '@ocx/openstack-api/compute/volume-attachments';
import { Uuid } from '@ocx/openstack-api/ids';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { z } from 'zod';
import { attachmentView, VolumeAttachmentsService } from './volume-attachments.service.js';
import { connectVolume, disconnectVolume, readAttachment } from './volume-attachments.policy.js';

const WaitQuery = z.strictObject({ wait: z.coerce.number().min(0).max(25).default(0) });

/** The exchange's side of attaching a volume of another landlord; never in Nova's strict bodies. */
@Controller('landlord/v1/attachments')
export class LandlordAttachmentsController {
  constructor(private readonly attachments: VolumeAttachmentsService) {}

  @Post()
  @HttpCode(202)
  @Policy(connectVolume)
  @Operation({ body: ConnectAttachment, answers: { 202: AttachmentView }, errors: [404, 409] })
  async connect(@Caller() caller: Principal, @Body() body: unknown): Promise<AttachmentView> {
    return attachmentView(await this.attachments.connect(caller, parse(ConnectAttachment, body)));
  }

  @Get(':id')
  @Policy(readAttachment)
  @Operation({ query: WaitQuery, answers: { 200: AttachmentView } })
  async show(@Caller() caller: Principal, @Param('id') id: string, @Query() query: unknown): Promise<AttachmentView> {
    const { wait } = parse(WaitQuery, query);
    return attachmentView(await this.attachments.show(caller, parse(Uuid, id), wait));
  }

  @Delete(':id')
  @Policy(disconnectVolume)
  @Operation({ query: WaitQuery, answers: { 202: {}, 204: {} }, errors: [409] })
  async disconnect(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() query: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { wait } = parse(WaitQuery, query);
    const gone = await this.attachments.disconnect(caller, parse(Uuid, id), wait);
    reply.code(gone ? 204 : 202);
  }
}
