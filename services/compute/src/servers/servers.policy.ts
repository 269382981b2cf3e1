import { projectAction } from '@ocx/landlord-kit/landlord.policy';
import type { PolicyRule } from '@ocx/service-kit/auth';

export const readServers: PolicyRule = {
  ...projectAction('read'),
  name: 'os_compute_api:servers:show',
  description: 'Servers of the own project and what they have: action read from the exchange, role reader at home.',
};

export const createServer: PolicyRule = {
  ...projectAction('create'),
  name: 'os_compute_api:servers:create',
  description:
    'From the exchange the one server of the lease that the token names; at home role member, within the quota.',
};

export const changeServer: PolicyRule = {
  ...projectAction('write'),
  name: 'os_compute_api:servers:update',
  description: 'Servers of the own project: action write from the exchange, role member at home.',
};

export const actOnServer: PolicyRule = {
  ...projectAction('write'),
  name: 'os_compute_api:servers:action',
  description: 'Start, stop, reboot, console: action write from the exchange, role member at home.',
};

export const deleteServer: PolicyRule = {
  ...projectAction('write'),
  name: 'os_compute_api:servers:delete',
  description: 'Servers of the own project: action write from the exchange, role member at home.',
};
