import { Inject, Injectable } from '@nestjs/common';
import { FLAVORS } from '@ocx/openstack-api/exchange/products';
import { QuotaExceeded } from '@ocx/service-kit/errors';
import { COMPUTE_SETTINGS, type ComputeSettings } from '../compute.config.js';
import type { Owner } from '../servers/server.js';

/** Instances, cores and MiB of RAM; -1 is no limit. */
export interface Amounts {
  readonly instances: number;
  readonly cores: number;
  readonly ram: number;
}

const NONE: Amounts = { instances: -1, cores: -1, ram: -1 };

export function amountsOf(flavorIds: readonly string[]): Amounts {
  let cores = 0;
  let ram = 0;
  for (const id of flavorIds) {
    const flavor = FLAVORS.find((one) => one.id === id);
    cores += flavor?.vcpus ?? 0;
    ram += flavor?.ram ?? 0;
  }
  return { instances: flavorIds.length, cores, ram };
}

/** Quotas of the landlord's own projects. Under the exchange the lease is the limit, and quotas are the broker's. */
@Injectable()
export class Quotas {
  constructor(@Inject(COMPUTE_SETTINGS) private readonly settings: ComputeSettings) {}

  limitsOf(owner: Owner): Amounts {
    if (owner.realm === 'exchange') return NONE;
    const { OCX_QUOTA_INSTANCES: instances, OCX_QUOTA_CORES: cores, OCX_QUOTA_RAM: ram } = this.settings;
    return { instances, cores, ram };
  }

  get keyPairs(): number {
    return this.settings.OCX_QUOTA_KEY_PAIRS;
  }

  /** Throws QuotaExceeded in Nova's words when `more` does not fit beside what is `used`. */
  check(owner: Owner, used: Amounts, more: Amounts): void {
    const limits = this.limitsOf(owner);
    const over = (['instances', 'cores', 'ram'] as const).filter(
      (name) => limits[name] >= 0 && used[name] + more[name] > limits[name],
    );
    if (over.length === 0) return;
    const list = (amounts: Amounts) => over.map((name) => String(amounts[name])).join(', ');
    throw new QuotaExceeded(
      `Quota exceeded for ${over.join(', ')}: Requested ${list(more)}, but already used ${list(used)} of ${list(limits)} ${over.join(', ')}`,
    );
  }
}
