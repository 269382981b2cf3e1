import { Module } from '@nestjs/common';
import { loadConfig } from '@ocx/service-kit/config';
import { IdentityConfig, IdentitySettings } from './identity.config.js';
import { SecurityCompliance } from './security-compliance.js';

@Module({
  providers: [
    { provide: IdentitySettings, useFactory: () => new IdentitySettings(loadConfig(IdentityConfig)) },
    {
      provide: SecurityCompliance,
      inject: [IdentitySettings],
      useFactory: ({ config }: IdentitySettings) => new SecurityCompliance(config),
    },
  ],
  exports: [IdentitySettings, SecurityCompliance],
})
export class SettingsModule {}
