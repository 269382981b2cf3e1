import type { AccessToken as AccessTokenBody } from '@ocx/openstack-api/identity/oauth-tokens';
import { timestamp } from '../wire/timestamp.js';
import type { AccessToken } from './oauth-token.js';

export const accessTokenView = (token: AccessToken, base: string): AccessTokenBody => {
  const self = `${base}/users/${token.userId}/OS-OAUTH1/access_tokens/${token.id}`;
  return {
    id: token.id,
    consumer_id: token.consumerId,
    project_id: token.projectId,
    authorizing_user_id: token.userId,
    expires_at: token.expiresAt === null ? null : timestamp(token.expiresAt),
    links: { self, roles: `${self}/roles` },
  };
};

/** A token and its secret, in the form of RFC 5849: shown this once. */
export const issuedTokenView = ({ id, secret, expiresAt }: Pick<AccessToken, 'id' | 'secret' | 'expiresAt'>): string =>
  new URLSearchParams({
    oauth_token: id,
    oauth_token_secret: secret,
    ...(expiresAt === null ? {} : { oauth_expires_at: timestamp(expiresAt) }),
  }).toString();
