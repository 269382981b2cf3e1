import { Injectable } from '@nestjs/common';
import { FLAVORS } from '@ocx/openstack-api/exchange/products';
import { QuotaExceeded } from '@ocx/service-kit/errors';
import { ProxySettings } from '../proxy-settings.js';
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

/** A project's limits over all landlords together. Capacity is the landlords' affair, quota the exchange's. */
@Injectable()
export class QuotasService {
  constructor(
    private readonly repository: QuotasRepository,
    private readonly settings: ProxySettings,
  ) {}

  async compute(projectId: string): Promise<ComputeUse> {
    return computeUse(await this.repository.holdings(projectId, 'server'));
  }

  async volume(projectId: string): Promise<VolumeUse> {
    return volumeUse(await this.repository.holdings(projectId, 'volume'));
  }

  /** Room for `count` servers, held until released or taken over by their rows. Throws {@link QuotaExceeded}. */
  reserveServers(projectId: string, flavorId: string, count: number): Promise<string[]> {
    const flavor = FLAVORS.find(({ id }) => id === flavorId);
    const wanted = {
      instances: count,
      cores: count * (flavor?.vcpus ?? 0),
      ram: count * (flavor?.ram ?? 0),
    };
    const request = { projectId, type: 'server' as const, productId: flavorId, count, quantity: 1 };
    return this.repository.reserve(request, (holdings) => {
      this.checkServers(computeUse(holdings), wanted);
    });
  }

  /** Room for one volume of `gigabytes`. Throws {@link QuotaExceeded}. */
  reserveVolume(projectId: string, volumeType: string, gigabytes: number): Promise<string[]> {
    const request = { projectId, type: 'volume' as const, productId: volumeType, count: 1, quantity: gigabytes };
    return this.repository.reserve(request, (holdings) => {
      this.checkVolume(volumeUse(holdings), gigabytes);
    });
  }

  /** Room for a volume to grow by so much. Throws {@link QuotaExceeded}. */
  reserveGigabytes(projectId: string, volumeType: string, gigabytes: number): Promise<string[]> {
    const request = { projectId, type: 'volume' as const, productId: volumeType, count: 1, quantity: gigabytes };
    return this.repository.reserve(request, (holdings) => {
      this.checkGigabytes(volumeUse(holdings), gigabytes);
    });
  }

  release(reservations: readonly string[]): Promise<void> {
    return this.repository.release(reservations);
  }

  private checkServers(used: ComputeUse, wanted: ComputeUse): void {
    const keys = ['instances', 'cores', 'ram'] as const;
    const exceeded = keys.filter((key) => over(this.settings.quotas[key], used[key], wanted[key]));
    if (exceeded.length === 0) return;
    const list = (values: ComputeUse) => exceeded.map((key) => String(values[key])).join(', ');
    throw new QuotaExceeded(
      `Quota exceeded for ${exceeded.join(', ')}: Requested ${list(wanted)}, but already used ${list(used)} of ` +
        `${list(this.settings.quotas)} ${exceeded.join(', ')}`,
    );
  }

  private checkVolume(used: VolumeUse, gigabytes: number): void {
    const limits = this.settings.quotas;
    if (over(limits.volumes, used.volumes, 1)) {
      throw new QuotaExceeded(
        `VolumeLimitExceeded: Maximum number of volumes allowed (${String(limits.volumes)}) exceeded for quota 'volumes'.`,
      );
    }
    this.checkGigabytes(used, gigabytes);
  }

  private checkGigabytes(used: VolumeUse, gigabytes: number): void {
    const limits = this.settings.quotas;
    if (over(limits.gigabytes, used.gigabytes, gigabytes)) {
      throw new QuotaExceeded(
        `VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. Requested ` +
          `${String(gigabytes)}G, quota is ${String(limits.gigabytes)}G and ${String(used.gigabytes)}G has been consumed.`,
      );
    }
  }
}
