import { Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { EndpointList } from '@ocx/openstack-api/identity/catalog';
import { PolicyAnswer } from '@ocx/openstack-api/identity/policies';
import { Policy } from '@ocx/service-kit/auth';
import { Operation } from '@ocx/service-kit/operation';
import { endpointView } from '../catalog/catalog.view.js';
import { cloudAdmin, systemReads } from '../policies/identity.policy.js';
import { policyView } from '../policy-documents/policy-document.view.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { collectionLinks } from '../wire/collection.js';
import { RequestPath } from '../wire/request-url.js';
import { EndpointPolicyService } from './endpoint-policy.service.js';
import type { PolicyTarget } from './policy-association.js';

const OF_POLICY = 'policies/:policy_id/OS-ENDPOINT-POLICY';
const TARGET = [
  `${OF_POLICY}/endpoints/:endpoint_id`,
  `${OF_POLICY}/services/:service_id`,
  `${OF_POLICY}/services/:service_id/regions/:region_id`,
];

interface TargetParameters {
  readonly endpoint_id?: string;
  readonly service_id?: string;
  readonly region_id?: string;
}

const targetOf = ({ endpoint_id, service_id = '', region_id }: TargetParameters): PolicyTarget =>
  endpoint_id === undefined ? { serviceId: service_id, regionId: region_id } : { endpointId: endpoint_id };

@Controller('v3')
export class EndpointPolicyController {
  constructor(
    private readonly policies: EndpointPolicyService,
    private readonly settings: IdentitySettings,
  ) {}

  @Put(TARGET)
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async give(@Param('policy_id') id: string, @Param() target: TargetParameters): Promise<void> {
    await this.policies.give(id, targetOf(target));
  }

  @Get(TARGET)
  @HttpCode(204)
  @Policy(systemReads)
  @Operation({ answers: { 204: {} } })
  async check(@Param('policy_id') id: string, @Param() target: TargetParameters): Promise<void> {
    await this.policies.check(id, targetOf(target));
  }

  @Delete(TARGET)
  @HttpCode(204)
  @Policy(cloudAdmin)
  @Operation({ answers: { 204: {} } })
  async take(@Param('policy_id') id: string, @Param() target: TargetParameters): Promise<void> {
    await this.policies.take(id, targetOf(target));
  }

  @Get(`${OF_POLICY}/endpoints`)
  @Policy(systemReads)
  @Operation({ answers: { 200: EndpointList } })
  async listEndpoints(@Param('policy_id') id: string, @RequestPath() path: string) {
    const endpoints = await this.policies.endpointsOf(id);
    return {
      endpoints: endpoints.map((endpoint) => endpointView(endpoint, this.settings.base)),
      links: collectionLinks(this.settings.publicUrl + path),
    };
  }

  @Get('endpoints/:endpoint_id/OS-ENDPOINT-POLICY/policy')
  @Policy(systemReads)
  @Operation({ answers: { 200: PolicyAnswer } })
  async showPolicy(@Param('endpoint_id') id: string) {
    return { policy: policyView(await this.policies.policyOf(id), this.settings.base) };
  }
}
