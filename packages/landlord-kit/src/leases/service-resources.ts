import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { LeasedResources } from './leased-resources.js';

/**
 * Finds the service's {@link LeasedResources}. It is looked up at first use, not injected: the service's resources depend
 * on leases, and leases on the service's resources.
 */
@Injectable()
export class ServiceResources {
  private found: LeasedResources | undefined;

  constructor(private readonly moduleRef: ModuleRef) {}

  get(): LeasedResources {
    this.found ??= this.moduleRef.get<LeasedResources>(LeasedResources, { strict: false });
    return this.found;
  }
}
