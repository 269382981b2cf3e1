import type { CinderLimits, QuotaSet } from '@ocx/openstack-api/block-storage/limits';
import type { VolumeUse } from '../volumes/volumes.repository.js';

/** Cinder's usual name for the one zone a landlord is to its own users. */
export const AVAILABILITY_ZONE = 'nova';

/** What this service has none of: no snapshots, backups or groups can exist. */
const NONE = { limit: 0, in_use: 0, reserved: 0 };
const UNLIMITED = { limit: -1, in_use: 0, reserved: 0 };

export function limitsView(limits: VolumeUse, used: VolumeUse): CinderLimits {
  return {
    limits: {
      rate: [],
      absolute: {
        totalSnapshotsUsed: 0,
        maxTotalBackups: 0,
        maxTotalVolumeGigabytes: limits.gigabytes,
        maxTotalSnapshots: 0,
        maxTotalBackupGigabytes: 0,
        totalBackupGigabytesUsed: 0,
        maxTotalVolumes: limits.volumes,
        totalVolumesUsed: used.volumes,
        totalBackupsUsed: 0,
        totalGigabytesUsed: used.gigabytes,
      },
    },
  };
}

export function quotaSetView(projectId: string, limits: VolumeUse, used: VolumeUse, withUse: boolean): QuotaSet {
  const quotas = {
    volumes: { limit: limits.volumes, in_use: used.volumes, reserved: 0 },
    gigabytes: { limit: limits.gigabytes, in_use: used.gigabytes, reserved: 0 },
    per_volume_gigabytes: UNLIMITED,
    snapshots: NONE,
    backups: NONE,
    backup_gigabytes: NONE,
    groups: NONE,
  };
  const shown = withUse ? quotas : Object.fromEntries(Object.entries(quotas).map(([name, { limit }]) => [name, limit]));
  return { quota_set: { id: projectId, ...shown } };
}
