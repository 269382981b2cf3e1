import { Module } from '@nestjs/common';
import { IdentitySettings } from '../settings/identity.config.js';
import { SettingsModule } from '../settings/settings.module.js';
import { JwksController } from './jwks.controller.js';
import { KeyRingRefresher } from './key-ring-refresher.js';
import { KeyRing } from './key-ring.js';

@Module({
  imports: [SettingsModule],
  controllers: [JwksController],
  providers: [
    {
      provide: KeyRing,
      inject: [IdentitySettings],
      useFactory: (settings: IdentitySettings) => KeyRing.open(settings.config.OCX_DATA_DIR),
    },
    KeyRingRefresher,
  ],
  exports: [KeyRing],
})
export class SigningKeysModule {}
