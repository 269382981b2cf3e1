import { z } from 'zod';
import { OpenStackId, PositiveMicroCredits } from '../ids.js';
import { collection, CollectionLinks, pageQuery, SelfLink } from './collection.js';
import { Expiry } from './expiry.js';
import { Role, RoleReference } from './roles.js';

const WantedRole = z.union([z.object({ id: OpenStackId }), z.object({ name: z.string().min(1).max(255) })]);

export const CreateTrust = z.object({
  trust: z.object({
    trustor_user_id: OpenStackId,
    trustee_user_id: OpenStackId,
    impersonation: z.boolean(),
    project_id: OpenStackId.nullish(),
    roles: z.array(WantedRole).max(100).nullish(),
    expires_at: Expiry.nullish(),
    remaining_uses: z.int().min(1).max(2_147_483_647).nullish(),
    allow_redelegation: z.boolean().nullish(),
    redelegation_count: z.int().min(0).max(100).nullish(),
    'OS-OCX:budget': PositiveMicroCredits.nullish().describe('micro-credits it may spend altogether'),
  }),
});
export type NewTrust = z.output<typeof CreateTrust>['trust'];
export const TrustQuery = pageQuery('trustor_user_id', 'trustee_user_id').extend({
  trustor_user_id: z.string().optional(),
  trustee_user_id: z.string().optional(),
});

/** A trust as lists have it, without its roles. */
export const TrustSummary = z
  .strictObject({
    id: OpenStackId,
    trustor_user_id: OpenStackId,
    trustee_user_id: OpenStackId,
    project_id: OpenStackId.nullable(),
    impersonation: z.boolean(),
    expires_at: z.string().nullable(),
    deleted_at: z.null(),
    remaining_uses: z.int().nullable(),
    redelegated_trust_id: OpenStackId.nullable(),
    redelegation_count: z.int(),
    'OS-OCX:budget': PositiveMicroCredits.optional(),
    links: SelfLink,
  })
  .meta({ id: 'TrustSummary' });
export type TrustSummary = z.infer<typeof TrustSummary>;
export const TrustList = collection('trusts', TrustSummary);
export const Trust = TrustSummary.extend({ roles: z.array(RoleReference), roles_links: CollectionLinks }).meta({
  id: 'Trust',
});
export type Trust = z.infer<typeof Trust>;
export const TrustAnswer = z.strictObject({ trust: Trust });
export const TrustRoles = collection('roles', Role);
