import { Injectable } from '@nestjs/common';
import { OwnLimits } from '@ocx/landlord-kit/standalone/own-limits';
import { VOLUME_RESOURCES } from '@ocx/openstack-api/identity/limited-resources';
import { QuotaExceeded } from '@ocx/service-kit/errors';
import { limitsNamed } from '@ocx/service-kit/unified-limits';
import type { EntityManager } from 'typeorm';
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
    private readonly own: OwnLimits,
    private readonly volumes: VolumesRepository,
  ) {}

  /** Throws `BackendUnavailable` when the landlord's Keystone does not tell. */
  limits({ realm, projectId }: Pick<Owner, 'realm' | 'projectId'>): Promise<VolumeUse> {
    return this.told(realm, projectId);
  }

  /** Of a project that has no limits of its own. Throws as {@link limits} does. */
  defaults({ realm }: Pick<Owner, 'realm'>): Promise<VolumeUse> {
    return this.told(realm);
  }

  use(owner: Owner): Promise<VolumeUse> {
    return this.volumes.use(owner);
  }

  /**
   * Room for more within these limits, decided before anybody else's until the transaction ends. Throws QuotaExceeded in
   * Cinder's words.
   */
  async check(manager: EntityManager, owner: Owner, limits: VolumeUse, more: VolumeUse): Promise<void> {
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

  private async told(realm: Owner['realm'], projectId?: string): Promise<VolumeUse> {
    if (realm === 'exchange') return { volumes: UNLIMITED, gigabytes: UNLIMITED };
    return limitsNamed(await this.own.of(projectId), VOLUME_RESOURCES);
  }
}
