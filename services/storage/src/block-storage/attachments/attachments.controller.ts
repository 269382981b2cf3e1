import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { projectAction } from '@ocx/landlord-kit/landlord.policy';
import {
  AttachmentAnswer,
  AttachmentDetailList,
  AttachmentList,
  CompleteAttachment,
  CreateAttachment,
  UpdateAttachment,
} from '@ocx/openstack-api/block-storage/attachments';
import { Policy } from '@ocx/service-kit/auth';
import { NotFound } from '@ocx/service-kit/errors';
import { isAtLeast, type MicroversionValue, RequestMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import type { Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { ProjectCaller, projectPaths } from '../project-path.js';
import { attachmentSummaryView, attachmentView } from './attachment.view.js';
import { OwnAttachmentsService } from './own-attachments.service.js';

function since27(version: MicroversionValue): void {
  if (!isAtLeast(version, 27)) throw new NotFound('The resource could not be found.');
}

/** Cinder v3: attachments, from 3.27 on. */
@Controller(projectPaths('attachments'))
export class AttachmentsController {
  constructor(private readonly attachments: OwnAttachmentsService) {}

  @Get()
  @Policy(projectAction('read'))
  @Operation({ answers: { 200: AttachmentList }, errors: [404] })
  async list(@ProjectCaller() principal: Principal, @RequestMicroversion() version: MicroversionValue) {
    since27(version);
    return { attachments: (await this.attachments.list(principal)).map(attachmentSummaryView) };
  }

  @Get('detail')
  @Policy(projectAction('read'))
  @Operation({ answers: { 200: AttachmentDetailList }, errors: [404] })
  async detail(@ProjectCaller() principal: Principal, @RequestMicroversion() version: MicroversionValue) {
    since27(version);
    return { attachments: (await this.attachments.list(principal)).map((row) => attachmentView(row)) };
  }

  @Get(':id')
  @Policy(projectAction('read'))
  @Operation({ answers: { 200: AttachmentAnswer } })
  async show(
    @ProjectCaller() principal: Principal,
    @RequestMicroversion() version: MicroversionValue,
    @Param('id') id: string,
  ) {
    since27(version);
    return { attachment: attachmentView(await this.attachments.show(principal, id)) };
  }

  @Post()
  @HttpCode(200)
  @Policy(projectAction('write'))
  @Operation({ body: CreateAttachment, answers: { 200: AttachmentAnswer }, errors: [404, 409] })
  async create(
    @ProjectCaller() principal: Principal,
    @RequestMicroversion() version: MicroversionValue,
    @Body() body: unknown,
  ) {
    since27(version);
    const { attachment, connection } = await this.attachments.create(
      principal,
      parse(CreateAttachment, body).attachment,
    );
    return { attachment: attachmentView(attachment, connection) };
  }

  @Put(':id')
  @Policy(projectAction('write'))
  @Operation({ body: UpdateAttachment, answers: { 200: AttachmentAnswer }, errors: [409] })
  async update(
    @ProjectCaller() principal: Principal,
    @RequestMicroversion() version: MicroversionValue,
    @Param('id') id: string,
    @Body() body: unknown,
  ) {
    since27(version);
    parse(UpdateAttachment, body);
    const { attachment, connection } = await this.attachments.connect(principal, id);
    return { attachment: attachmentView(attachment, connection) };
  }

  /** Nothing is left to do: the volume is in use from the moment its key was given out. */
  @Post(':id/action')
  @HttpCode(204)
  @Policy(projectAction('write'))
  @Operation({ body: CompleteAttachment, answers: { 204: {} }, errors: [409] })
  async complete(
    @ProjectCaller() principal: Principal,
    @RequestMicroversion() version: MicroversionValue,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<void> {
    since27(version);
    parse(CompleteAttachment, body);
    await this.attachments.complete(principal, id);
  }

  @Delete(':id')
  @HttpCode(200)
  @Policy(projectAction('write'))
  @Operation({ answers: { 200: AttachmentList }, errors: [409] })
  async delete(
    @ProjectCaller() principal: Principal,
    @RequestMicroversion() version: MicroversionValue,
    @Param('id') id: string,
  ) {
    since27(version);
    return { attachments: (await this.attachments.delete(principal, id)).map(attachmentSummaryView) };
  }
}
