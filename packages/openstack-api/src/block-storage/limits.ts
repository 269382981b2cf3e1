import { z } from 'zod';
import { OpenStackId } from '../ids.js';

export const CinderLimits = z
  .object({
    limits: z.object({
      rate: z.array(z.unknown()).max(0),
      absolute: z.object({
        totalSnapshotsUsed: z.int(),
        maxTotalBackups: z.int(),
        maxTotalVolumeGigabytes: z.int(),
        maxTotalSnapshots: z.int(),
        maxTotalBackupGigabytes: z.int(),
        totalBackupGigabytesUsed: z.int(),
        maxTotalVolumes: z.int(),
        totalVolumesUsed: z.int(),
        totalBackupsUsed: z.int(),
        totalGigabytesUsed: z.int(),
      }),
    }),
  })
  .meta({ id: 'VolumeLimits' });
export type CinderLimits = z.infer<typeof CinderLimits>;

/** `usage=true` asks for each limit with its use. */
export const QuotaQuery = z.object({ usage: z.string().optional() });

const QuotaUse = z.object({ limit: z.int(), in_use: z.int(), reserved: z.int(), allocated: z.int().optional() });

/** `GET /os-quota-sets/{project}`: plain limits, or each with its use when `usage=true`. -1 is unlimited. */
export const QuotaSet = z
  .object({
    quota_set: z.object({ id: OpenStackId }).catchall(z.union([z.string().max(64), z.int(), QuotaUse])),
  })
  .meta({ id: 'VolumeQuotaSet' });
export type QuotaSet = z.infer<typeof QuotaSet>;

/** No snapshots are made here; clients list them before they delete a volume. */
export const SnapshotList = z.object({ snapshots: z.array(z.never()) });
export const VolumeExtensionList = z.object({ extensions: z.array(z.never()) });

export const AvailabilityZoneList = z.object({
  availabilityZoneInfo: z.array(
    z.object({ zoneName: z.string().max(255), zoneState: z.object({ available: z.boolean() }) }),
  ),
});
