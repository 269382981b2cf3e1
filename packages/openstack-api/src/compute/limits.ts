import { z } from 'zod';

const Amount = z.int();

/** `GET /limits`, over all microversions. */
export const ComputeLimits = z.strictObject({
  limits: z.strictObject({
    rate: z.array(z.never()).describe('no rates are limited'),
    absolute: z.strictObject({
      maxTotalInstances: Amount,
      maxTotalCores: Amount,
      maxTotalRAMSize: Amount.describe('MiB'),
      maxTotalKeypairs: Amount,
      maxServerMeta: Amount,
      maxServerGroups: Amount,
      maxServerGroupMembers: Amount,
      totalInstancesUsed: Amount,
      totalCoresUsed: Amount,
      totalRAMUsed: Amount.describe('MiB'),
      totalServerGroupsUsed: Amount,
      maxSecurityGroups: Amount.optional(),
      maxSecurityGroupRules: Amount.optional(),
      maxTotalFloatingIps: Amount.optional(),
      totalFloatingIpsUsed: Amount.optional(),
      totalSecurityGroupsUsed: Amount.optional(),
      maxImageMeta: Amount.optional(),
      maxPersonality: Amount.optional(),
      maxPersonalitySize: Amount.optional(),
    }),
  }),
});
