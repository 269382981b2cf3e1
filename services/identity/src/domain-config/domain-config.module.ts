import { Module } from '@nestjs/common';
import { TransactionsModule } from '../database/transactions.module.js';
import { DomainsModule } from '../domains/domains.module.js';
import { DomainConfigController } from './domain-config.controller.js';
import { DomainConfigRepository } from './domain-config.repository.js';
import { DomainConfigService } from './domain-config.service.js';

@Module({
  imports: [TransactionsModule, DomainsModule],
  controllers: [DomainConfigController],
  providers: [DomainConfigRepository, DomainConfigService],
})
export class DomainConfigModule {}
