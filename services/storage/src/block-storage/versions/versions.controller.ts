import { Controller, Get, HttpCode } from '@nestjs/common';
import { Public } from '@ocx/service-kit/auth';
import { BlockStorageConfig } from '../block-storage.config.js';
import { versionDocument } from './version-document.js';

/** Cinder's version documents. Swift has none, so the service's root is Cinder's. */
@Controller()
export class VersionsController {
  constructor(private readonly config: BlockStorageConfig) {}

  @Get('/')
  @HttpCode(300)
  @Public()
  choices() {
    return versionDocument(this.config.OCX_PUBLIC_URL);
  }

  @Get('v3')
  @Public()
  version() {
    return versionDocument(this.config.OCX_PUBLIC_URL);
  }
}
