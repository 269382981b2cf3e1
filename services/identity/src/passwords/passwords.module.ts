import { SettingsModule } from '../settings/settings.module.js';
import { Module } from '@nestjs/common';
import { Argon2Hashing } from './argon2-hashing.js';
import { PasswordHasher } from './password-hasher.js';
import { PasswordHashing } from './password-hashing.js';

@Module({
  imports: [SettingsModule],
  providers: [PasswordHasher, { provide: PasswordHashing, useClass: Argon2Hashing }],
  exports: [PasswordHasher],
})
export class PasswordsModule {}
