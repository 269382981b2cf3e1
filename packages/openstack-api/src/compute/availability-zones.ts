import { z } from 'zod';

/** `GET /os-availability-zone`. `hosts` is told to administrators only, and empty even then. */
export const AvailabilityZones = z.strictObject({
  availabilityZoneInfo: z.array(
    z.strictObject({
      zoneName: z.string(),
      zoneState: z.strictObject({ available: z.boolean() }),
      hosts: z.strictObject({}).nullable(),
    }),
  ),
});
