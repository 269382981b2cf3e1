import { Controller, Get, Inject } from '@nestjs/common';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { Public } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { BROKER_CONFIG, BrokerConfig, identityPublicUrl, issuerOf } from '../broker.config.js';
import { EXCHANGE_ANSWERS } from './exchange.schemas.js';

/** What a landlord or a tool must know of the exchange before it has a token. */
@Controller('exchange/v1')
export class ExchangeInfoController {
  constructor(
    @Inject(BROKER_CONFIG) private readonly config: BrokerConfig,
    private readonly key: SigningKey,
  ) {}

  @Get()
  @Public()
  @Operation({ answers: { 200: EXCHANGE_ANSWERS.info } })
  show() {
    return {
      exchange: this.config.OCX_PUBLIC_URL,
      identity_url: identityPublicUrl(this.config),
      issuer: issuerOf(this.config),
      jwk: this.key.jwk,
      version: '1',
    };
  }
}
