import { Module } from '@nestjs/common';
import { IdentitySettings } from '../settings/identity.config.js';
import { SettingsModule } from '../settings/settings.module.js';
import { Sealing } from './sealing.js';

@Module({
  imports: [SettingsModule],
  providers: [
    {
      provide: Sealing,
      inject: [IdentitySettings],
      useFactory: (settings: IdentitySettings) => Sealing.load(settings.config.OCX_DATA_DIR),
    },
  ],
  exports: [Sealing],
})
export class SealingModule {}
