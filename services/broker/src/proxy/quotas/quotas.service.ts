import { Injectable } from '@nestjs/common';
import { FLAVORS } from '@ocx/openstack-api/exchange/products';
import type { ComputeQuota, VolumeQuota } from '@ocx/openstack-api/identity/limited-resources';
import { QuotaExceeded } from '@ocx/service-kit/errors';
import { ExchangeLimits } from './exchange-limits.js';
import { type Holding, QuotasRepository } from './quotas.repository.js';

export interface ComputeUse {
  readonly instances: number;
  readonly cores: number;
  /** MiB */
  readonly ram: number;
}

export interface VolumeUse {
  readonly volumes: number;
  /** GiB */
  readonly gigabytes: number;
}

function computeUse(holdings: readonly Holding[]): ComputeUse {
  const use = { instances: 0, cores: 0, ram: 0 };
  for (const { productId, count } of holdings) {
    const flavor = FLAVORS.find(({ id }) => id === productId);
    use.instances += count;
    use.cores += count * (flavor?.vcpus ?? 0);
    use.ram += count * (flavor?.ram ?? 0);
  }
  return use;
}

function volumeUse(holdings: readonly Holding[]): VolumeUse {
  return holdings.reduce(
    (use, { count, quantity }) => ({ volumes: use.volumes + count, gigabytes: use.gigabytes + quantity }),
    { volumes: 0, gigabytes: 0 },
  );
}

const over = (limit: number, used: number, wanted: number) => limit >= 0 && used + wanted > limit;

function checkServers(limits: ComputeQuota, used: ComputeUse, wanted: ComputeUse): void {
  const keys = ['instances', 'cores', 'ram'] as const;
  const exceeded = keys.filter((key) => over(limits[key], used[key], wanted[key]));
  if (exceeded.length === 0) return;
  const list = (values: ComputeUse) => exceeded.map((key) => String(values[key])).join(', ');
  throw new QuotaExceeded(
    `Quota exceeded for ${exceeded.join(', ')}: Requested ${list(wanted)}, but already used ${list(used)} of ` +
      `${list(limits)} ${exceeded.join(', ')}`,
  );
}

function checkVolume(limits: VolumeQuota, used: VolumeUse, gigabytes: number): void {
  if (over(limits.volumes, used.volumes, 1)) {
    throw new QuotaExceeded(
      `VolumeLimitExceeded: Maximum number of volumes allowed (${String(limits.volumes)}) exceeded for quota 'volumes'.`,
    );
  }
  checkGigabytes(limits, used, gigabytes);
}

function checkGigabytes(limits: VolumeQuota, used: VolumeUse, gigabytes: number): void {
  if (over(limits.gigabytes, used.gigabytes, gigabytes)) {
    throw new QuotaExceeded(
      `VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. Requested ` +
        `${String(gigabytes)}G, quota is ${String(limits.gigabytes)}G and ${String(used.gigabytes)}G has been consumed.`,
    );
  }
}

/** A project's limits over all landlords together. Capacity is the landlords' affair, quota the exchange's. */
@Injectable()
export class QuotasService {
  constructor(
    private readonly repository: QuotasRepository,
    private readonly limits: ExchangeLimits,
  ) {}

  async compute(projectId: string): Promise<ComputeUse> {
    return computeUse(await this.repository.holdings(projectId, 'server'));
  }

  async volume(projectId: string): Promise<VolumeUse> {
    return volumeUse(await this.repository.holdings(projectId, 'volume'));
  }

  /** Room for `count` servers, held until released or taken over by their rows. Throws {@link QuotaExceeded}, `BackendUnavailable`. */
  async reserveServers(projectId: string, flavorId: string, count: number): Promise<string[]> {
    const flavor = FLAVORS.find(({ id }) => id === flavorId);
    const wanted = {
      instances: count,
      cores: count * (flavor?.vcpus ?? 0),
      ram: count * (flavor?.ram ?? 0),
    };
    const request = { projectId, type: 'server' as const, productId: flavorId, count, quantity: 1 };
    const limits = await this.limits.compute(projectId);
    return this.repository.reserve(request, (holdings) => {
      checkServers(limits, computeUse(holdings), wanted);
    });
  }

  /** Room for one volume of `gigabytes`. Throws {@link QuotaExceeded}, `BackendUnavailable`. */
  async reserveVolume(projectId: string, volumeType: string, gigabytes: number): Promise<string[]> {
    const request = { projectId, type: 'volume' as const, productId: volumeType, count: 1, quantity: gigabytes };
    const limits = await this.limits.volume(projectId);
    return this.repository.reserve(request, (holdings) => {
      checkVolume(limits, volumeUse(holdings), gigabytes);
    });
  }

  /** Room for a volume to grow by so much. Throws {@link QuotaExceeded}, `BackendUnavailable`. */
  async reserveGigabytes(projectId: string, volumeType: string, gigabytes: number): Promise<string[]> {
    const request = { projectId, type: 'volume' as const, productId: volumeType, count: 1, quantity: gigabytes };
    const limits = await this.limits.volume(projectId);
    return this.repository.reserve(request, (holdings) => {
      checkGigabytes(limits, volumeUse(holdings), gigabytes);
    });
  }

  release(reservations: readonly string[]): Promise<void> {
    return this.repository.release(reservations);
  }
}
