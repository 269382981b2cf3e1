import { Controller, Get, HttpCode } from '@nestjs/common';
import { IdentityVersionAnswer, IdentityVersions } from '@ocx/openstack-api/identity/versions';
import { Public } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { IdentitySettings } from '../settings/identity.config.js';
import { versionView } from './version.view.js';

@Controller()
export class VersionsController {
  constructor(private readonly settings: IdentitySettings) {}

  /** Every version there is: 300, as Keystone answers. */
  @Get()
  @HttpCode(300)
  @Public()
  @Operation({ answers: { 300: IdentityVersions } })
  list() {
    return { versions: { values: [versionView(this.settings.base)] } };
  }

  @Get('v3')
  @Public()
  @Operation({ answers: { 200: IdentityVersionAnswer } })
  show() {
    return { version: versionView(this.settings.base) };
  }
}
