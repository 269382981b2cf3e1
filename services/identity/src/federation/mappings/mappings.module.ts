import { Module } from '@nestjs/common';
import { SettingsModule } from '../../settings/settings.module.js';
import { MappingsController } from './mappings.controller.js';
import { MappingsRepository } from './mappings.repository.js';
import { MappingsService } from './mappings.service.js';

@Module({
  imports: [SettingsModule],
  controllers: [MappingsController],
  providers: [MappingsRepository, MappingsService],
  exports: [MappingsService],
})
export class MappingsModule {}
