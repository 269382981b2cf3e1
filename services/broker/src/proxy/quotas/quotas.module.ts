import { Module } from '@nestjs/common';
import { ProxySettingsModule } from '../proxy-settings.module.js';
import { QuotasRepository } from './quotas.repository.js';
import { QuotasService } from './quotas.service.js';

@Module({ imports: [ProxySettingsModule], providers: [QuotasRepository, QuotasService], exports: [QuotasService] })
export class QuotasModule {}
