import { Module } from '@nestjs/common';
import { TransactionsModule } from '../../database/transactions.module.js';
import { DomainsModule } from '../../domains/domains.module.js';
import { RevocationsModule } from '../../revocations/revocations.module.js';
import { SettingsModule } from '../../settings/settings.module.js';
import { IdentityProvidersController } from './identity-providers.controller.js';
import { IdentityProvidersRepository } from './identity-providers.repository.js';
import { IdentityProvidersService } from './identity-providers.service.js';
import { ProtocolsController } from './protocols.controller.js';

@Module({
  imports: [SettingsModule, TransactionsModule, DomainsModule, RevocationsModule],
  controllers: [IdentityProvidersController, ProtocolsController],
  providers: [IdentityProvidersRepository, IdentityProvidersService],
  exports: [IdentityProvidersService],
})
export class IdentityProvidersModule {}
