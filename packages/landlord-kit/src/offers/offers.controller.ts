import { Controller, Get } from '@nestjs/common';
import { Policy } from '@ocx/service-kit/auth';
import { landlordAction } from '../landlord.policy.js';
import { OfferBook } from './offer-book.js';

@Controller('landlord/v1/offers')
export class OffersController {
  constructor(private readonly book: OfferBook) {}

  @Get()
  @Policy(landlordAction('feed'))
  async list(): Promise<{ offers: string[] }> {
    return { offers: await this.book.list() };
  }
}
