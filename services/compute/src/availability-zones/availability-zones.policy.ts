import { anyPrincipal } from '@ocx/landlord-kit/landlord.policy';
import type { PolicyRule } from '@ocx/service-kit/auth';

export const listZones: PolicyRule = {
  ...anyPrincipal,
  name: 'os_compute_api:os-availability-zone:list',
  description: 'The zone is the landlord, the same for everybody with a token.',
};
