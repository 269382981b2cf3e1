import { Module } from '@nestjs/common';
import { SealingModule } from '../sealing/sealing.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { OAuthConsumersController } from './oauth-consumers.controller.js';
import { OAuthConsumersRepository } from './oauth-consumers.repository.js';
import { OAuthConsumersService } from './oauth-consumers.service.js';

@Module({
  imports: [SettingsModule, SealingModule],
  controllers: [OAuthConsumersController],
  providers: [OAuthConsumersRepository, OAuthConsumersService],
})
export class OAuthConsumersModule {}
