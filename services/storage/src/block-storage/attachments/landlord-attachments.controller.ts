import { Body, Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { landlordAction } from '@ocx/landlord-kit/landlord.policy';
import {
  RedeemedAttachment,
  ReserveAttachment,
  ReservedAttachment,
} from '@ocx/openstack-api/block-storage/attachments';
import { Uuid } from '@ocx/openstack-api/ids';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { reservedView } from './attachment.view.js';
import { LandlordAttachmentsService } from './landlord-attachments.service.js';

/** `/landlord/v1/attachments`, docs/protocol.md. */
@Controller('landlord/v1/attachments')
export class LandlordAttachmentsController {
  constructor(private readonly attachments: LandlordAttachmentsService) {}

  @Post()
  @Policy(landlordAction('write'))
  @Operation({ body: ReserveAttachment, answers: { 201: ReservedAttachment }, errors: [404, 409] })
  async reserve(@Caller() principal: Principal, @Body() body: unknown): Promise<ReservedAttachment> {
    const { attachment, volume } = await this.attachments.reserve(principal, parse(ReserveAttachment, body));
    return reservedView(attachment, volume);
  }

  @Post(':id/redeem')
  @HttpCode(200)
  @Policy(landlordAction('attach'))
  @Operation({ answers: { 200: RedeemedAttachment }, errors: [409] })
  redeem(@Caller() principal: Principal, @Param('id') id: string): Promise<RedeemedAttachment> {
    return this.attachments.redeem(principal, parse(Uuid, id));
  }

  @Delete(':id')
  @HttpCode(204)
  @Policy(landlordAction('write', 'detach', 'attach'))
  @Operation({ answers: { 204: {} } })
  end(@Caller() principal: Principal, @Param('id') id: string): Promise<void> {
    return this.attachments.end(principal, parse(Uuid, id));
  }
}
