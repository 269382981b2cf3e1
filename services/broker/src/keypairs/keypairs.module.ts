import { Module } from '@nestjs/common';
import { ProxySettingsModule } from '../proxy/proxy-settings.module.js';
import { QuotasModule } from '../proxy/quotas/quotas.module.js';
import { KeypairsController } from './keypairs.controller.js';
import { KeypairsRepository } from './keypairs.repository.js';
import { KeypairsService } from './keypairs.service.js';

@Module({
  imports: [ProxySettingsModule, QuotasModule],
  controllers: [KeypairsController],
  providers: [KeypairsRepository, KeypairsService],
  exports: [KeypairsService],
})
export class KeypairsModule {}
