import { projectAction } from '@ocx/landlord-kit/landlord.policy';
import type { PolicyRule } from '@ocx/service-kit/auth';

export const readLimits: PolicyRule = {
  ...projectAction('read'),
  name: 'os_compute_api:limits',
  description: 'Limits of the own project: action read from the exchange, role reader at home.',
};
