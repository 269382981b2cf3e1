import { proxyPolicy } from '../proxy/proxy.policy.js';

export const useImages = proxyPolicy({
  name: 'image:use',
  description:
    'Everybody with a project: own images in full, public, community and shared ones to read. `public` and the images of others are an administrator’s.',
  check: (principal) => principal.projectId !== undefined || principal.roles.includes('admin'),
});
