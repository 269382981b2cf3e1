import { Module } from '@nestjs/common';
import { BROKER_CONFIG, type BrokerConfig } from '../broker.config.js';
import { DEFAULT_QUOTAS, ProxySettings } from './proxy-settings.js';

const MAX_IMAGE_BYTES = 64 * 1024 ** 3;

@Module({
  providers: [
    {
      provide: ProxySettings,
      inject: [BROKER_CONFIG],
      useFactory: (config: BrokerConfig): ProxySettings => ({
        publicUrl: config.OCX_PUBLIC_URL,
        dataDir: config.OCX_DATA_DIR,
        landlordDeadlineMs: config.OCX_LANDLORD_DEADLINE_MS,
        quotas: DEFAULT_QUOTAS,
        maxImageBytes: MAX_IMAGE_BYTES,
      }),
    },
  ],
  exports: [ProxySettings],
})
export class ProxySettingsModule {}
