import { Module } from '@nestjs/common';
import { AddressPolicy } from '@ocx/openstack-client/address-policy';
import { HttpClient } from '@ocx/openstack-client/http';
import { readFile } from 'node:fs/promises';
import { TransactionsModule } from '../../database/transactions.module.js';
import { DomainsModule } from '../../domains/domains.module.js';
import { RevocationsModule } from '../../revocations/revocations.module.js';
import { IdentitySettings } from '../../settings/identity.config.js';
import { SettingsModule } from '../../settings/settings.module.js';
import { IdentityProvidersController } from './identity-providers.controller.js';
import { IdentityProvidersRepository } from './identity-providers.repository.js';
import { IdentityProvidersService } from './identity-providers.service.js';
import { MetadataRefresher } from './metadata-refresher.js';
import { ProtocolsController } from './protocols.controller.js';
import { ProviderMetadataController } from './provider-metadata.controller.js';
import { ProviderMetadata } from './provider-metadata.service.js';

@Module({
  imports: [SettingsModule, TransactionsModule, DomainsModule, RevocationsModule],
  controllers: [IdentityProvidersController, ProtocolsController, ProviderMetadataController],
  providers: [
    IdentityProvidersRepository,
    IdentityProvidersService,
    ProviderMetadata,
    MetadataRefresher,
    {
      provide: HttpClient,
      inject: [IdentitySettings],
      useFactory: async ({ config }: IdentitySettings) =>
        new HttpClient({
          policy: new AddressPolicy(config.OCX_ALLOWED_METADATA_ADDRESSES),
          connections: 4,
          ...(config.OCX_CA_FILE === undefined ? {} : { ca: await readFile(config.OCX_CA_FILE, 'utf8') }),
        }),
    },
  ],
  exports: [IdentityProvidersService],
})
export class IdentityProvidersModule {}
