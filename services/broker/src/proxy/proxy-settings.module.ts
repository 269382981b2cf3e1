import { Module } from '@nestjs/common';
import { BROKER_CONFIG, type BrokerConfig } from '../broker.config.js';
import { ProxySettings } from './proxy-settings.js';

const GIB = 1024 ** 3;

@Module({
  providers: [
    {
      provide: ProxySettings,
      inject: [BROKER_CONFIG],
      useFactory: (config: BrokerConfig): ProxySettings => ({
        publicUrl: config.OCX_PUBLIC_URL,
        dataDir: config.OCX_DATA_DIR,
        landlordDeadlineMs: config.OCX_LANDLORD_DEADLINE_MS,
        maxImageBytes: config.OCX_MAX_IMAGE_GIB * GIB,
      }),
    },
  ],
  exports: [ProxySettings],
})
export class ProxySettingsModule {}
