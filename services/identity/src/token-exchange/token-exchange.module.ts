import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { TransactionsModule } from '../database/transactions.module.js';
import { ExchangePartiesModule } from '../exchange-parties/exchange-parties.module.js';
import { RevocationsModule } from '../revocations/revocations.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { AuthorizationServerController } from './authorization-server.controller.js';
import { LeaseGrants } from './lease-grants.js';
import { MintedTokensRepository } from './minted-tokens.repository.js';
import { RevokedTokensController } from './revoked-tokens.controller.js';
import { RevokedTokensService } from './revoked-tokens.service.js';
import { TokenExchangeController } from './token-exchange.controller.js';
import { TokenExchangeService } from './token-exchange.service.js';
import { TokenMinter } from './token-minter.js';
import { TokenStatusService } from './token-status.service.js';

@Module({
  imports: [
    AuditModule,
    TransactionsModule,
    SettingsModule,
    SigningKeysModule,
    TokensModule,
    RevocationsModule,
    ExchangePartiesModule,
  ],
  controllers: [TokenExchangeController, AuthorizationServerController, RevokedTokensController],
  providers: [
    TokenExchangeService,
    TokenMinter,
    LeaseGrants,
    MintedTokensRepository,
    RevokedTokensService,
    TokenStatusService,
  ],
  exports: [MintedTokensRepository],
})
export class TokenExchangeModule {}
