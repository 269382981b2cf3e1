import type { Consumer } from '@ocx/openstack-api/identity/oauth-consumers';
import type { OAuthConsumer } from './oauth-consumer.js';

export const consumerView = ({ id, description }: OAuthConsumer, base: string): Consumer => ({
  id,
  description,
  links: { self: `${base}/OS-OAUTH1/consumers/${id}` },
});
