import { Controller, Get, HttpCode } from '@nestjs/common';
import { Public } from '@ocx/service-kit/auth';
import { IdentitySettings } from '../settings/identity.config.js';
import { versionView } from './version.view.js';

@Controller()
export class VersionsController {
  constructor(private readonly settings: IdentitySettings) {}

  /** Every version there is: 300, as Keystone answers. */
  @Get()
  @HttpCode(300)
  @Public()
  list() {
    return { versions: { values: [versionView(this.settings.base)] } };
  }

  @Get('v3')
  @Public()
  show() {
    return { version: versionView(this.settings.base) };
  }
}
