import { Module } from '@nestjs/common';
import { loadConfig } from '@ocx/service-kit/config';
import { IdentityConfig, IdentitySettings } from './identity.config.js';

@Module({
  providers: [{ provide: IdentitySettings, useFactory: () => new IdentitySettings(loadConfig(IdentityConfig)) }],
  exports: [IdentitySettings],
})
export class SettingsModule {}
