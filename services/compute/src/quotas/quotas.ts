import { Inject, Injectable } from '@nestjs/common';
import { OwnLimits } from '@ocx/landlord-kit/standalone/own-limits';
import { FLAVORS } from '@ocx/openstack-api/exchange/products';
import { COMPUTE_RESOURCES } from '@ocx/openstack-api/identity/limited-resources';
import { QuotaExceeded } from '@ocx/service-kit/errors';
import { limitsNamed } from '@ocx/service-kit/unified-limits';
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

/** Throws QuotaExceeded in Nova's words when `more` does not fit beside what is `used`. */
export function checkQuota(limits: Amounts, used: Amounts, more: Amounts): void {
  const over = (['instances', 'cores', 'ram'] as const).filter(
    (name) => limits[name] >= 0 && used[name] + more[name] > limits[name],
  );
  if (over.length === 0) return;
  const list = (amounts: Amounts) => over.map((name) => String(amounts[name])).join(', ');
  throw new QuotaExceeded(
    `Quota exceeded for ${over.join(', ')}: Requested ${list(more)}, but already used ${list(used)} of ${list(limits)} ${over.join(', ')}`,
  );
}

/** Quotas of the landlord's own projects. Under the exchange the lease is the limit, and quotas are the broker's. */
@Injectable()
export class Quotas {
  constructor(
    @Inject(COMPUTE_SETTINGS) private readonly settings: ComputeSettings,
    private readonly own: OwnLimits,
  ) {}

  /** Throws `BackendUnavailable` when the landlord's Keystone does not tell. */
  async limitsOf(owner: Owner): Promise<Amounts> {
    if (owner.realm === 'exchange') return NONE;
    return limitsNamed(await this.own.of(owner.projectId), COMPUTE_RESOURCES);
  }

  /** Key pairs of a user. As in Nova, a limit of one project is none of its users'. */
  async keyPairs(realm: Owner['realm']): Promise<number> {
    if (realm === 'exchange') return this.settings.OCX_QUOTA_KEY_PAIRS;
    return (await this.own.of())(COMPUTE_RESOURCES.key_pairs);
  }
}
