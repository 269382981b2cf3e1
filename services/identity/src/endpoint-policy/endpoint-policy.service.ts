import { Injectable } from '@nestjs/common';
import { NotFound } from '@ocx/service-kit/errors';
import type { Endpoint } from '../catalog/catalog.js';
import { CatalogService } from '../catalog/catalog.service.js';
import type { PolicyDocument } from '../policy-documents/policy-document.js';
import { PolicyDocumentsService } from '../policy-documents/policy-documents.service.js';
import { EndpointPolicyRepository } from './endpoint-policy.repository.js';
import type { PolicyTarget } from './policy-association.js';

/** Which policy holds at which endpoint: Keystone's OS-ENDPOINT-POLICY. */
@Injectable()
export class EndpointPolicyService {
  constructor(
    private readonly repository: EndpointPolicyRepository,
    private readonly policies: PolicyDocumentsService,
    private readonly catalog: CatalogService,
  ) {}

  async give(policyId: string, target: PolicyTarget): Promise<void> {
    await this.existing(policyId, target);
    await this.repository.give(policyId, target);
  }

  async check(policyId: string, target: PolicyTarget): Promise<void> {
    await this.existing(policyId, target);
    if (!(await this.repository.has(policyId, target))) throw new NotFound('Could not find policy association.');
  }

  /** Nothing happens when the policy was not given. */
  async take(policyId: string, target: PolicyTarget): Promise<void> {
    await this.existing(policyId, target);
    await this.repository.take(policyId, target);
  }

  async policyOf(endpointId: string): Promise<PolicyDocument> {
    await this.catalog.showEndpoint(endpointId);
    const policy = await this.repository.policyOf(endpointId);
    if (!policy) throw new NotFound(`No policy is associated with endpoint ${endpointId}.`);
    return policy;
  }

  async endpointsOf(policyId: string): Promise<Endpoint[]> {
    await this.policies.show(policyId);
    return this.repository.endpointsOf(policyId);
  }

  private async existing(policyId: string, target: PolicyTarget): Promise<void> {
    await this.policies.show(policyId);
    if ('endpointId' in target) {
      await this.catalog.showEndpoint(target.endpointId);
      return;
    }
    await this.catalog.showService(target.serviceId);
    if (target.regionId !== undefined) await this.catalog.showRegion(target.regionId);
  }
}
