import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import {
  MetadataImported,
  MetadataSourceAnswer,
  MetadataSourceBody,
  SamlMetadataBody,
} from '@ocx/openstack-api/identity/identity-providers';
import { Policy } from '@ocx/service-kit/auth';
import { InvalidInput } from '@ocx/service-kit/errors';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { cloudAdmin, systemReads } from '../../policies/identity.policy.js';
import { IdentitySettings } from '../../settings/identity.config.js';
import { importedView, metadataSourceView } from './identity-provider.view.js';
import { ProviderMetadata } from './provider-metadata.service.js';

/** A provider's SAML metadata. Ours: Keystone leaves that to Apache's configuration. */
@Controller('v3/OS-FEDERATION/identity_providers/:idp_id')
export class ProviderMetadataController {
  constructor(
    private readonly metadata: ProviderMetadata,
    private readonly settings: IdentitySettings,
  ) {}

  @Put('metadata')
  @HttpCode(200)
  @Policy(cloudAdmin)
  @Operation({ body: SamlMetadataBody, answers: { 200: MetadataImported }, errors: [409] })
  async import(@Param('idp_id') id: string, @Body() body: unknown) {
    if (typeof body !== 'string') throw new InvalidInput('The body is the metadata, as application/samlmetadata+xml.');
    return { identity_provider: importedView(await this.metadata.import(id, body), this.settings.base) };
  }

  @Get('metadata_source')
  @Policy(systemReads)
  @Operation({ answers: { 200: MetadataSourceAnswer } })
  async source(@Param('idp_id') id: string) {
    return { metadata_source: metadataSourceView(await this.metadata.source(id)) };
  }

  /** Pins who signs the metadata. With a URL they are fetched at once, and again as long as it stands. */
  @Put('metadata_source')
  @HttpCode(200)
  @Policy(cloudAdmin)
  @Operation({ body: MetadataSourceBody, answers: { 200: MetadataImported }, errors: [409] })
  async setSource(@Param('idp_id') id: string, @Body() body: unknown) {
    const { url, signing_certificates: certificates } = parse(MetadataSourceBody, body).metadata_source;
    const provider = await this.metadata.setSource(id, { url: url ?? null, certificates });
    return { identity_provider: importedView(provider, this.settings.base) };
  }

  @Delete('metadata_source')
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async removeSource(@Param('idp_id') id: string): Promise<void> {
    await this.metadata.removeSource(id);
  }
}
