import { type DynamicModule, Module } from '@nestjs/common';
import { OwnLimits } from '@ocx/landlord-kit/standalone/own-limits';
import { COMPUTE_RESOURCES } from '@ocx/openstack-api/identity/limited-resources';
import { COMPUTE_SETTINGS, type ComputeSettings } from '../compute.config.js';
import { Quotas } from './quotas.js';

function ownLimits(settings: ComputeSettings): OwnLimits {
  return OwnLimits.from(settings, 'compute', {
    [COMPUTE_RESOURCES.instances]: settings.OCX_QUOTA_INSTANCES,
    [COMPUTE_RESOURCES.cores]: settings.OCX_QUOTA_CORES,
    [COMPUTE_RESOURCES.ram]: settings.OCX_QUOTA_RAM,
    [COMPUTE_RESOURCES.key_pairs]: settings.OCX_QUOTA_KEY_PAIRS,
  });
}

/** What projects and users may have. Import the same object everywhere. */
@Module({})
export class QuotasModule {
  static register(foundation: DynamicModule): DynamicModule {
    return {
      module: QuotasModule,
      imports: [foundation],
      providers: [{ provide: OwnLimits, inject: [COMPUTE_SETTINGS], useFactory: ownLimits }, Quotas],
      exports: [Quotas],
    };
  }
}
