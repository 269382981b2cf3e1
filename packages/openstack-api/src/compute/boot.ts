import { z } from 'zod';
import { Hostname, UserData } from './values.js';

/**
 * `boot` of `POST /landlord/v1/leases`: what the server of a lease boots with and Nova's strict create body has no place
 * for. Key pairs live at the broker; the public keys travel here, and the create under the same lease uses them up.
 */
export const ServerBoot = z.strictObject({
  public_keys: z
    .array(
      z
        .string()
        .max(16384)
        .regex(/^[\x20-\x7e]+$/, 'must be one line'),
    )
    .max(16),
  /** Base64, as in Nova's create. */
  user_data: UserData.optional(),
  hostname: Hostname.optional(),
});
export type ServerBoot = z.infer<typeof ServerBoot>;
