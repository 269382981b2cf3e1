import { isOperator } from '../exchange-api/exchange.policy.js';
import { proxyPolicy } from '../proxy/proxy.policy.js';

export const useImages = proxyPolicy({
  name: 'image:use',
  description:
    'Everybody with a project: own images in full, public, community and shared ones to read. `public` and the images of others are the operator’s.',
  check: (principal) => principal.projectId !== undefined || isOperator(principal),
});
