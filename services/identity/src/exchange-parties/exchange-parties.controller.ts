import { Body, Controller, Delete, HttpCode, Param, Post, Put } from '@nestjs/common';
import { SignedMove } from '@ocx/openstack-api/exchange/documents';
import { LandlordId } from '@ocx/openstack-api/ids';
import { Policy, Public } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { brokerOnly } from '../policies/identity.policy.js';
import { EnrolClient, RegisterLandlord } from '@ocx/openstack-api/identity/exchange-parties';
import { ExchangePartiesService } from './exchange-parties.service.js';
import { LandlordMovesService } from './landlord-moves.service.js';

@Controller('v3/OS-OCX')
export class ExchangePartiesController {
  constructor(
    private readonly parties: ExchangePartiesService,
    private readonly moves: LandlordMovesService,
  ) {}

  @Put('landlords/:landlord_id')
  @HttpCode(204)
  @Policy(brokerOnly)
  @Operation({ body: RegisterLandlord, answers: { 204: {} }, errors: [409] })
  async register(@Param('landlord_id') id: string, @Body() body: unknown): Promise<void> {
    const { accepts_admin: acceptsAdmin, ...landlord } = parse(RegisterLandlord, body);
    await this.parties.registerLandlord({ id: parse(LandlordId, id), ...landlord, acceptsAdmin });
  }

  /** A new endpoint or key, in the landlord's own signed words. Idempotent. */
  @Post('landlords/:landlord_id/moves')
  @HttpCode(204)
  @Policy(brokerOnly)
  @Operation({ body: SignedMove, answers: { 204: {} }, errors: [404, 409] })
  async move(@Param('landlord_id') id: string, @Body() body: unknown): Promise<void> {
    await this.moves.move(parse(LandlordId, id), parse(SignedMove, body));
  }

  @Delete('landlords/:landlord_id')
  @HttpCode(204)
  @Policy(brokerOnly)
  @Operation({ answers: { 204: {} } })
  async remove(@Param('landlord_id') id: string): Promise<void> {
    await this.parties.removeLandlord(parse(LandlordId, id));
  }

  /** Public: the one-time code is the proof. */
  @Post('clients')
  @HttpCode(204)
  @Public()
  @Operation({ body: EnrolClient, answers: { 204: {} }, errors: [403] })
  async enrol(@Body() body: unknown): Promise<void> {
    const { code, client_id, jwk } = parse(EnrolClient, body);
    await this.parties.enrolClient(code, client_id, jwk);
  }
}
