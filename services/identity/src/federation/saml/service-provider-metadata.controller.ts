import { Controller, Get, Res } from '@nestjs/common';
import { SamlMetadataBody } from '@ocx/openstack-api/identity/identity-providers';
import { Public } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import type { FastifyReply } from 'fastify';
import { IdentitySettings } from '../../settings/identity.config.js';
import { IdentityProvidersService } from '../identity-providers/identity-providers.service.js';
import { ServiceProvidersService } from '../service-providers/service-providers.service.js';
import { ServiceProviderKeys } from './service-provider-keys.js';
import { identityMetadata } from './service-provider-metadata.js';

@Controller('v3')
@Public()
export class ServiceProviderMetadataController {
  constructor(
    private readonly providers: IdentityProvidersService,
    private readonly serviceProviders: ServiceProvidersService,
    private readonly keys: ServiceProviderKeys,
    private readonly settings: IdentitySettings,
  ) {}

  /** What a home organisation needs to know of this exchange, and what another cloud does. */
  @Get('OS-FEDERATION/saml2/metadata')
  @Operation({ answers: { 200: { body: SamlMetadataBody } }, errors: [404] })
  async metadata(@Res() reply: FastifyReply): Promise<void> {
    const providers = await this.providers.list({});
    const others = await this.serviceProviders.list({});
    const roles = { idpIds: providers.map(({ id }) => id), vouches: others.length > 0 };
    const xml = await identityMetadata(this.settings.base, roles, await this.keys.all());
    void reply.code(200).type('application/samlmetadata+xml').send(xml);
  }
}
