import { Module } from '@nestjs/common';
import { PartyModule } from '../../landlords/party.module.js';
import { ExchangeLimits } from './exchange-limits.js';
import { QuotasRepository } from './quotas.repository.js';
import { QuotasService } from './quotas.service.js';

@Module({
  imports: [PartyModule],
  providers: [ExchangeLimits, QuotasRepository, QuotasService],
  exports: [ExchangeLimits, QuotasService],
})
export class QuotasModule {}
