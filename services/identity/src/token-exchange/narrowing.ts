import type { LandlordAccess, LandlordAction, LeaseAction, LeaseGrantDetail } from '@ocx/openstack-api/exchange/tokens';
import { OAuthError } from './oauth-error.js';

/** What a tenant's live token lets a party do in the tenant's name. */
export const TENANT_ACTIONS: readonly LandlordAction[] = ['read', 'write', 'create', 'image', 'claim'];
/** What a lease grant lets the broker do without its tenant. */
export const LEASE_ACTIONS: readonly LeaseAction[] = ['end', 'detach', 'settle', 'heal'];

const refuse = (description: string): never => {
  throw new OAuthError('invalid_authorization_details', description);
};

/** Actions that name one thing carry its name, and a name is carried by no other action. */
function checkObjects(access: LandlordAccess): void {
  const has = (action: LandlordAction) => access.actions.includes(action);
  if ((has('create') || has('claim')) && access.lease_id === undefined) refuse('create and claim name a lease_id.');
  if (has('image') !== (access.image !== undefined)) refuse('image goes with the action image, and only with it.');
  if (has('attach') !== (access.attachment !== undefined)) refuse('attachment goes with the action attach only.');
}

/** Access for a landlord token from a tenant's token. Throws {@link OAuthError}. */
export function tenantAccess(access: LandlordAccess): LandlordAccess {
  const foreign = access.actions.filter((action) => !TENANT_ACTIONS.includes(action));
  if (foreign.length > 0) refuse(`A tenant's token does not give ${foreign.join(', ')}.`);
  checkObjects(access);
  return { ...access, actions: [...new Set(access.actions)] };
}

function leaseGrantAccess(access: LandlordAccess): { leaseId: string; actions: LeaseAction[] } {
  const actions = [...new Set(access.actions)].filter((action): action is LeaseAction =>
    (LEASE_ACTIONS as readonly string[]).includes(action),
  );
  if (actions.length !== new Set(access.actions).size) refuse('A lease grant gives end, detach, settle and heal only.');
  if (access.lease_id === undefined) return refuse('A lease grant names a lease_id.');
  if (access.image ?? access.attachment) refuse('A lease grant names a lease, nothing else.');
  return { leaseId: access.lease_id, actions };
}

/** The lease grant asked for beside a tenant's landlord token: for the lease that the token is for. */
export function accompanyingGrant(
  access: LandlordAccess,
  { lease_id: leaseId, actions }: LeaseGrantDetail,
): { leaseId: string; actions: LeaseAction[] } {
  if (access.lease_id !== leaseId) refuse('A lease grant goes with a token for the same lease.');
  return { leaseId, actions: [...new Set(actions)] };
}

/** Access for a landlord token from a lease grant: that lease, and no action the grant lacks. */
export function grantedAccess(
  access: LandlordAccess,
  grant: { lease_id: string; actions: readonly string[] },
): LandlordAccess {
  const { leaseId, actions } = leaseGrantAccess(access);
  if (leaseId !== grant.lease_id) refuse('The grant is for another lease.');
  const more = actions.filter((action) => !grant.actions.includes(action));
  if (more.length > 0) refuse(`The grant does not give ${more.join(', ')}.`);
  return { type: 'ocx:landlord', actions, lease_id: leaseId };
}

/** Access for an attachment grant: one attachment, nothing else. */
export function attachmentAccess(access: LandlordAccess): LandlordAccess & {
  attachment: NonNullable<LandlordAccess['attachment']>;
} {
  if (access.actions.length !== 1 || access.actions[0] !== 'attach' || access.image) {
    refuse('An attachment grant gives attach, to one attachment.');
  }
  if (!access.attachment) return refuse('An attachment grant names its attachment.');
  return { ...access, attachment: access.attachment };
}
