import { z } from 'zod';
import { OpenStackId } from '../ids.js';
import { collection, pageQuery, SelfLink } from './collection.js';

/** `OAuth oauth_consumer_key="…", …, oauth_signature="…"` (RFC 5849 section 3.5.1). */
export const SignedByConsumer = z.object({ authorization: z.string().min(1).max(8192) });
/** The same, with the project that the consumer would act on. */
export const SignedForProject = SignedByConsumer.extend({ 'requested-project-id': OpenStackId });

/** `oauth_token=…&oauth_token_secret=…&oauth_expires_at=…` */
export const IssuedOAuthToken = z.string();

export const AuthorizeRequestToken = z.object({
  roles: z
    .array(z.union([z.object({ id: OpenStackId }), z.object({ name: z.string().min(1).max(255) })]))
    .min(1)
    .max(100),
});
export const OAuthVerifier = z.strictObject({ token: z.strictObject({ oauth_verifier: z.string() }) });

export const AccessTokenQuery = pageQuery('consumer_id', 'project_id');

/** What a user has delegated to a consumer. */
export const AccessToken = z
  .strictObject({
    id: OpenStackId,
    consumer_id: OpenStackId,
    project_id: OpenStackId,
    authorizing_user_id: OpenStackId,
    expires_at: z.string().nullable(),
    links: SelfLink.extend({ roles: z.string() }),
  })
  .meta({ id: 'OAuthAccessToken' });
export type AccessToken = z.infer<typeof AccessToken>;
export const AccessTokenAnswer = z.strictObject({ access_token: AccessToken });
export const AccessTokenList = collection('access_tokens', AccessToken);
