import { projectAction } from '@ocx/landlord-kit/landlord.policy';
import type { PolicyRule } from '@ocx/service-kit/auth';

export const readKeypairs: PolicyRule = {
  ...projectAction('read'),
  name: 'os_compute_api:os-keypairs:show',
  description: 'The caller’s own key pairs: action read from the exchange, role reader at home.',
};

export const changeKeypairs: PolicyRule = {
  ...projectAction('write'),
  name: 'os_compute_api:os-keypairs:create',
  description: 'The caller’s own key pairs: action write from the exchange, role member at home.',
};
