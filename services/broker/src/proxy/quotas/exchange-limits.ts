import { Injectable } from '@nestjs/common';
import {
  COMPUTE_RESOURCES,
  type ComputeQuota,
  VOLUME_RESOURCES,
  type VolumeQuota,
} from '@ocx/openstack-api/identity/limited-resources';
import { IdentityClient } from '@ocx/openstack-client/identity-client';
import { type LimitedService, LimitsClient } from '@ocx/openstack-client/limits-client';
import { limitsNamed, UnifiedLimits } from '@ocx/service-kit/unified-limits';
import { CINDER, NOVA } from '../../landlords/counted-services.js';

const BOUNDS = { deadlineMs: 2_000, maxBytes: 1024 * 1024 };

/** What identity's unified limits let a project have in the combined cloud. */
@Injectable()
export class ExchangeLimits {
  private readonly nova: UnifiedLimits;
  private readonly cinder: UnifiedLimits;

  constructor(identity: IdentityClient) {
    const limitsOf = (service: LimitedService) =>
      new UnifiedLimits(new LimitsClient((path) => identity.call('GET', path, BOUNDS), service));
    [this.nova, this.cinder] = [limitsOf(NOVA), limitsOf(CINDER)];
  }

  /** Of a project, or by default. Throws `BackendUnavailable`. */
  async compute(projectId?: string): Promise<ComputeQuota> {
    const [own, registered] = await Promise.all([this.nova.of(projectId), this.nova.of()]);
    return { ...limitsNamed(own, COMPUTE_RESOURCES), key_pairs: registered(COMPUTE_RESOURCES.key_pairs) };
  }

  /** Of a project, or by default. Throws `BackendUnavailable`. */
  async volume(projectId?: string): Promise<VolumeQuota> {
    return limitsNamed(await this.cinder.of(projectId), VOLUME_RESOURCES);
  }
}
