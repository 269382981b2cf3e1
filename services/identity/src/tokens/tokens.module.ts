import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { RevocationsModule } from '../revocations/revocations.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { ExchangeTokens, RevocationTable } from './exchange-tokens.js';
import { TokensService } from './tokens.service.js';

@Module({
  imports: [AuditModule, SettingsModule, SigningKeysModule, RevocationsModule],
  providers: [TokensService, RevocationTable, ExchangeTokens],
  exports: [TokensService, ExchangeTokens],
})
export class TokensModule {}
