import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { AddressPolicy } from '@ocx/openstack-client/address-policy';
import { HttpClient } from '@ocx/openstack-client/http';
import { IdentityClient } from '@ocx/openstack-client/identity-client';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { BROKER_CONFIG, issuerOf, type BrokerConfig } from '../broker.config.js';
import { LandlordHttp } from './landlord-transport.js';

async function authorities(config: BrokerConfig): Promise<{ ca?: string }> {
  return config.OCX_CA_FILE === undefined ? {} : { ca: await readFile(config.OCX_CA_FILE, 'utf8') };
}

/** The broker as a party: its key, and its lines to identity and to landlords. */
@Module({
  providers: [
    {
      provide: SigningKey,
      inject: [BROKER_CONFIG],
      useFactory: (config: BrokerConfig) => SigningKey.load(join(config.OCX_DATA_DIR, 'keys', 'broker.jwk')),
    },
    {
      provide: HttpClient,
      inject: [BROKER_CONFIG],
      useFactory: async (config: BrokerConfig) => new HttpClient(await authorities(config)),
    },
    {
      provide: LandlordHttp,
      inject: [BROKER_CONFIG],
      useFactory: async (config: BrokerConfig) =>
        new LandlordHttp({
          policy: new AddressPolicy(config.OCX_ALLOWED_LANDLORD_ADDRESSES),
          ...(await authorities(config)),
        }),
    },
    {
      provide: IdentityClient,
      inject: [BROKER_CONFIG, SigningKey, HttpClient],
      useFactory: (config: BrokerConfig, key: SigningKey, http: HttpClient) =>
        new IdentityClient({
          identityUrl: config.OCX_IDENTITY_URL,
          issuer: issuerOf(config),
          clientId: 'broker',
          key,
          http,
        }),
    },
  ],
  exports: [SigningKey, HttpClient, LandlordHttp, IdentityClient],
})
export class PartyModule {}
