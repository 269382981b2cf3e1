import { Controller, Get, HttpCode } from '@nestjs/common';
import { VolumeVersions } from '@ocx/openstack-api/block-storage/versions';
import { Public } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { BlockStorageConfig } from '../block-storage.config.js';
import { versionDocument } from './version-document.js';

/** Cinder's version documents. Swift has none, so the service's root is Cinder's. */
@Controller()
export class VersionsController {
  constructor(private readonly config: BlockStorageConfig) {}

  @Get('/')
  @HttpCode(300)
  @Public()
  @Operation({ answers: { 300: VolumeVersions } })
  choices() {
    return versionDocument(this.config.OCX_PUBLIC_URL);
  }

  @Get('v3')
  @Public()
  @Operation({ answers: { 200: VolumeVersions } })
  version() {
    return versionDocument(this.config.OCX_PUBLIC_URL);
  }
}
