import { Controller, Get } from '@nestjs/common';
import { LandlordOfferList } from '@ocx/openstack-api/exchange/landlord';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { landlordAction } from '../landlord.policy.js';
import { OfferBook } from './offer-book.js';

@Controller('landlord/v1/offers')
export class OffersController {
  constructor(private readonly book: OfferBook) {}

  @Get()
  @Policy(landlordAction('feed'))
  @Operation({ answers: { 200: LandlordOfferList } })
  async list(): Promise<{ offers: string[] }> {
    return { offers: await this.book.list() };
  }
}
