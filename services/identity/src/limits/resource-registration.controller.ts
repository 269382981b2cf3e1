import { Body, Controller, HttpCode, Put } from '@nestjs/common';
import { RegisterResources } from '@ocx/openstack-api/identity/limits';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { parse } from '@ocx/service-kit/validation';
import { brokerOnly } from '../policies/identity.policy.js';
import { RegisteredLimitsService } from './registered-limits.service.js';

/** The broker says what it counts. From then on the numbers are the operator's. */
@Controller('v3/OS-OCX/registered_limits')
export class ResourceRegistrationController {
  constructor(private readonly limits: RegisteredLimitsService) {}

  @Put()
  @HttpCode(204)
  @Policy(brokerOnly)
  @Operation({ body: RegisterResources, answers: { 204: {} } })
  async register(@Body() body: unknown): Promise<void> {
    const { services } = parse(RegisterResources, body);
    await this.limits.ensure(services.map(({ default_limits: defaultLimits, ...of }) => ({ ...of, defaultLimits })));
  }
}
