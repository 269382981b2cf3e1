import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import type { ChallengeAnswer } from '@ocx/openstack-api/exchange/documents';
import { Challenge, ChallengeReply, LandlordAbout } from '@ocx/openstack-api/exchange/landlord';
import { Public } from '@ocx/service-kit/auth';
import { Forbidden } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { LANDLORD_OPTIONS, type LandlordOptions } from '../landlord-options.js';
import { LandlordFile } from '../offers/landlord-file.service.js';
import { EnrolmentClient } from './enrolment-client.js';
import { LandlordParty } from './landlord-party.js';

@Controller('landlord/v1')
export class EnrolmentController {
  constructor(
    @Inject(LANDLORD_OPTIONS) private readonly options: LandlordOptions,
    private readonly party: LandlordParty,
    private readonly file: LandlordFile,
    private readonly client: EnrolmentClient,
  ) {}

  @Get()
  @Public()
  @Operation({ answers: { 200: LandlordAbout } })
  about(): LandlordAbout {
    const enrolled = this.party.current();
    const { name, region } = this.file.current();
    return {
      landlord_id: enrolled?.landlordId ?? null,
      name,
      kind: this.options.kind,
      region,
      endpoint: enrolled?.endpoint ?? this.options.config.OCX_PUBLIC_URL,
      exchange: enrolled?.exchange ?? null,
      jwk: this.party.key.jwk,
    };
  }

  /**
   * Proves that whoever enrols, or moves, holds this endpoint and this key. Anyone may ask, so it signs only this landlord's own
   * endpoint and the exchange it chose itself: nobody gets a signature that helps them elsewhere.
   */
  @Post('challenge')
  @HttpCode(200)
  @Public()
  @Operation({ body: Challenge, answers: { 200: ChallengeReply }, errors: [403] })
  async challenge(@Body() body: unknown): Promise<{ answer: string }> {
    const { nonce, endpoint, exchange } = parse(Challenge, body);
    const key = this.party.keyAt(endpoint, this.options.config.OCX_PUBLIC_URL);
    if (!key) throw new Forbidden('The challenge names another endpoint.', { reason: 'endpoint_mismatch' });
    if (exchange !== this.client.expectedExchange()) {
      throw new Forbidden('This landlord is not enrolling at that exchange.', { reason: 'exchange_mismatch' });
    }
    const answer: ChallengeAnswer = { nonce, endpoint, exchange, jkt: key.thumbprint };
    return { answer: await key.sign('ocx-challenge+jwt', answer) };
  }
}
