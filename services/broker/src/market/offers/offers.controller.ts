import { Controller, Get } from '@nestjs/common';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { EXCHANGE_POLICY } from '../../exchange-api/exchange.policy.js';
import { OffersService } from './offers.service.js';
import { EXCHANGE_ANSWERS } from '../../exchange-api/exchange.schemas.js';

@Controller('exchange/v1/offers')
export class OffersController {
  constructor(private readonly offers: OffersService) {}

  /** Every current offer with the document its landlord signed, so that anybody can check it. */
  @Get()
  @Policy(EXCHANGE_POLICY.market)
  @Operation({ answers: { 200: EXCHANGE_ANSWERS.offers } })
  async list() {
    return { offers: (await this.offers.current()).map(({ offer, jws }) => ({ ...offer, document: jws })) };
  }
}
