import { isOperator } from '../exchange-api/exchange.policy.js';
import { proxyPolicy } from '../proxy/proxy.policy.js';

export const ownKeypairs = proxyPolicy({
  name: 'os_compute_api:os-keypairs',
  description: 'Everybody with a project manages their own key pairs; the operator anybody’s.',
  check: (principal) => principal.projectId !== undefined || isOperator(principal),
});
