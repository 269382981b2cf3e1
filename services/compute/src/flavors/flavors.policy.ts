import { anyPrincipal } from '@ocx/landlord-kit/landlord.policy';
import type { PolicyRule } from '@ocx/service-kit/auth';

export const readFlavors: PolicyRule = {
  ...anyPrincipal,
  name: 'os_compute_api:flavors',
  description: 'Flavors are the exchange’s standard products, the same for everybody with a token.',
};
