import { proxyPolicy } from '../proxy/proxy.policy.js';

export const ownKeypairs = proxyPolicy({
  name: 'os_compute_api:os-keypairs',
  description: 'Everybody with a project manages their own key pairs; an administrator anybody’s.',
  check: (principal) => principal.projectId !== undefined || principal.roles.includes('admin'),
});
