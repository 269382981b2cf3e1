import { Module, type DynamicModule } from '@nestjs/common';
import { authModule } from '@ocx/service-kit/auth';
import { databaseModule } from '@ocx/service-kit/database';
import { HealthController } from '@ocx/service-kit/health.controller';
import { remoteKeys } from '@ocx/service-kit/jwks';
import { ExchangeTokenVerifier, TokenVerifier } from '@ocx/service-kit/token-verifier';
import { BROKER_CONFIG, issuerOf, type BrokerConfig } from './broker.config.js';
import { BudgetsModule } from './budgets/budgets.module.js';
import { ENTITIES, MIGRATIONS } from './database/schema.js';
import { ExchangeInfoController } from './exchange-api/exchange-info.controller.js';
import { PartyModule } from './landlords/party.module.js';
import { FeedsModule } from './market/feeds/feeds.module.js';
import { OrdersModule } from './market/orders/orders.module.js';
import { ProxyModule } from './proxy/proxy.module.js';
import { FollowedRevocationList } from './revocations/followed-revocation-list.js';
import { RevocationsModule } from './revocations/revocations.module.js';

@Module({})
class ConfigModule {}

@Module({})
class BrokerModule {}

const POOL_SIZE = 16;

/** The broker, composed. */
export function brokerModule(config: BrokerConfig): DynamicModule {
  return {
    module: BrokerModule,
    imports: [
      {
        module: ConfigModule,
        global: true,
        providers: [{ provide: BROKER_CONFIG, useValue: config }],
        exports: [BROKER_CONFIG],
      },
      databaseModule({ url: config.DATABASE_URL, entities: ENTITIES, migrations: MIGRATIONS, poolSize: POOL_SIZE }),
      authModule({
        imports: [RevocationsModule],
        verifier: {
          provide: TokenVerifier,
          inject: [FollowedRevocationList],
          useFactory: (revocations: FollowedRevocationList) =>
            new ExchangeTokenVerifier({
              issuer: issuerOf(config),
              keys: remoteKeys(`${config.OCX_IDENTITY_URL}/.well-known/jwks.json`),
              revocations,
            }),
        },
      }),
      BudgetsModule,
      PartyModule,
      OrdersModule,
      FeedsModule,
      ProxyModule,
    ],
    controllers: [ExchangeInfoController, HealthController],
  };
}
