import { Module } from '@nestjs/common';
import { SettingsModule } from '../settings/settings.module.js';
import { ClientAuthenticationService } from './client-authentication.service.js';
import { ExchangePartiesController } from './exchange-parties.controller.js';
import { ExchangePartiesRepository } from './exchange-parties.repository.js';
import { ExchangePartiesService } from './exchange-parties.service.js';
import { LandlordMovesService } from './landlord-moves.service.js';

@Module({
  imports: [SettingsModule],
  controllers: [ExchangePartiesController],
  providers: [ExchangePartiesRepository, ExchangePartiesService, LandlordMovesService, ClientAuthenticationService],
  exports: [ExchangePartiesService, ExchangePartiesRepository, ClientAuthenticationService],
})
export class ExchangePartiesModule {}
