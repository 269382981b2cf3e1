import { Body, Controller, Delete, HttpCode, Param, Put } from '@nestjs/common';
import { RegionName } from '@ocx/openstack-api/ids';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { brokerOnly } from '../policies/identity.policy.js';
import { RegisterRegion } from '@ocx/openstack-api/identity/catalog';
import { RegionRegistrationService } from './region-registration.service.js';

/** The broker keeps the catalog: one region for each landlord, and the combined one. */
@Controller('v3/OS-OCX/regions')
export class RegionRegistrationController {
  constructor(private readonly registrations: RegionRegistrationService) {}

  @Put(':region')
  @HttpCode(204)
  @Policy(brokerOnly)
  @Operation({ body: RegisterRegion, answers: { 204: {} } })
  async register(@Param('region') region: string, @Body() body: unknown): Promise<void> {
    await this.registrations.register({ id: parse(RegionName, region), ...parse(RegisterRegion, body) });
  }

  @Delete(':region')
  @HttpCode(204)
  @Policy(brokerOnly)
  @Operation({ answers: { 204: {} } })
  async remove(@Param('region') region: string): Promise<void> {
    await this.registrations.remove(parse(RegionName, region));
  }
}
