import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ExchangePartiesModule } from '../exchange-parties/exchange-parties.module.js';
import { SamlModule } from '../federation/saml/saml.module.js';
import { OAuthTokensModule } from '../oauth-tokens/oauth-tokens.module.js';
import { RevocationsModule } from '../revocations/revocations.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { TokenExchangeModule } from '../token-exchange/token-exchange.module.js';
import { TrustsModule } from '../trusts/trusts.module.js';
import { UsersModule } from '../users/users.module.js';
import { HousekeepingService } from './housekeeping.service.js';

@Module({
  imports: [
    SettingsModule,
    SamlModule,
    ExchangePartiesModule,
    RevocationsModule,
    TokenExchangeModule,
    UsersModule,
    OAuthTokensModule,
    TrustsModule,
    AuditModule,
  ],
  providers: [HousekeepingService],
})
export class HousekeepingModule {}
