import { Injectable } from '@nestjs/common';
import { QuotaExceeded } from '@ocx/service-kit/errors';
import type { EntityManager } from 'typeorm';
import { BlockStorageConfig } from '../block-storage.config.js';
import type { Owner } from '../owner.js';
import { VolumesRepository, type VolumeUse } from './volumes.repository.js';

export const UNLIMITED = -1;

/**
 * How much a project of the landlord's own users may have. A project of the exchange has no quota here: what it may rent
 * was decided when its lease was countersigned.
 */
@Injectable()
export class VolumeQuotas {
  constructor(
    private readonly config: BlockStorageConfig,
    private readonly volumes: VolumesRepository,
  ) {}

  limits(owner: Owner): VolumeUse {
    if (owner.realm === 'exchange') return { volumes: UNLIMITED, gigabytes: UNLIMITED };
    return { volumes: this.config.OCX_QUOTA_VOLUMES, gigabytes: this.config.OCX_QUOTA_GIGABYTES };
  }

  use(owner: Owner): Promise<VolumeUse> {
    return this.volumes.use(owner);
  }

  /** Room for more, decided before anybody else's until the transaction ends. Throws QuotaExceeded in Cinder's words. */
  async check(manager: EntityManager, owner: Owner, more: VolumeUse): Promise<void> {
    const limits = this.limits(owner);
    if (limits.volumes === UNLIMITED && limits.gigabytes === UNLIMITED) return;
    await this.volumes.lockQuota(manager, owner);
    const used = await this.volumes.use(owner, manager);
    if (limits.volumes !== UNLIMITED && used.volumes + more.volumes > limits.volumes) {
      throw new QuotaExceeded(
        `VolumeLimitExceeded: Maximum number of volumes allowed (${limits.volumes}) exceeded for quota 'volumes'.`,
      );
    }
    if (limits.gigabytes !== UNLIMITED && used.gigabytes + more.gigabytes > limits.gigabytes) {
      throw new QuotaExceeded(
        'VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. ' +
          `Requested ${more.gigabytes}G, quota is ${limits.gigabytes}G and ${used.gigabytes}G has been consumed.`,
      );
    }
  }
}
