import { Module } from '@nestjs/common';
import { TransactionsModule } from '../../database/transactions.module.js';
import { SettingsModule } from '../../settings/settings.module.js';
import { ServiceProvidersController } from './service-providers.controller.js';
import { ServiceProvidersRepository } from './service-providers.repository.js';
import { ServiceProvidersService } from './service-providers.service.js';

@Module({
  imports: [SettingsModule, TransactionsModule],
  controllers: [ServiceProvidersController],
  providers: [ServiceProvidersRepository, ServiceProvidersService],
  exports: [ServiceProvidersService],
})
export class ServiceProvidersModule {}
