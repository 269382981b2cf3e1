import { createHmac, randomBytes } from 'node:crypto';
import OAuth from 'oauth-1.0a';
import { expect } from 'vitest';
import type { Answer, IdentityProcess } from './identity-process.js';

export interface OAuthToken {
  readonly key: string;
  readonly secret: string;
}

export interface Signing {
  readonly by?: OAuthToken;
  readonly token?: OAuthToken;
  readonly more?: Record<string, string>;
  readonly url?: string;
  readonly hash?: string;
}

export function issuedToken(answer: Answer): OAuthToken {
  expect(answer.status, answer.text).toBe(201);
  expect(answer.headers.get('content-type')).toContain('application/x-www-form-urlencoded');
  const parameters = new URLSearchParams(answer.text);
  expect([...parameters.keys()]).toEqual(['oauth_token', 'oauth_token_secret', 'oauth_expires_at']);
  return { key: parameters.get('oauth_token') ?? '', secret: parameters.get('oauth_token_secret') ?? '' };
}

/** A program that users delegate to by OAuth 1.0a. */
export class OAuthConsumer implements OAuthToken {
  private constructor(
    private readonly identity: IdentityProcess,
    readonly key: string,
    readonly secret: string,
  ) {}

  static async register(identity: IdentityProcess): Promise<OAuthConsumer> {
    const { body } = await identity.admin('POST', '/v3/OS-OAUTH1/consumers', { consumer: {} });
    const { id, secret } = body.consumer as { id: string; secret: string };
    return new OAuthConsumer(identity, id, secret);
  }

  /** The header that a consumer sends, signed as RFC 5849 has it. */
  signed(
    path: string,
    { by = this, token, more = {}, url = this.identity.url, hash = 'SHA1' }: Signing = {},
  ): { authorization: string } {
    const oauth = new OAuth({
      consumer: { key: by.key, secret: by.secret },
      signature_method: `HMAC-${hash}`,
      hash_function: (text, key) => createHmac(hash.toLowerCase(), key).update(text).digest('base64'),
    });
    const parameters = {
      oauth_consumer_key: by.key,
      oauth_nonce: randomBytes(12).toString('hex'),
      oauth_signature_method: `HMAC-${hash}`,
      oauth_timestamp: Math.floor(Date.now() / 1000),
      oauth_version: '1.0',
      ...(token ? { oauth_token: token.key } : {}),
      ...more,
    };
    const oauth_signature = oauth.getSignature({ method: 'POST', url: `${url}/v3/${path}` }, token?.secret, parameters);
    return { authorization: oauth.toHeader({ ...parameters, oauth_signature }).Authorization };
  }

  ask(projectId: string, signing: Signing = {}): Promise<Answer> {
    const headers = { ...this.signed('OS-OAUTH1/request_token', signing), 'requested-project-id': projectId };
    return this.identity.call('POST', '/v3/OS-OAUTH1/request_token', { headers });
  }

  exchange(signing: Signing): Promise<Answer> {
    const headers = this.signed('OS-OAUTH1/access_token', signing);
    return this.identity.call('POST', '/v3/OS-OAUTH1/access_token', { headers });
  }

  login(token: OAuthToken, scope?: object, hash?: string): Promise<Answer> {
    const headers = this.signed('auth/tokens', { token, ...(hash === undefined ? {} : { hash }) });
    return this.identity.authenticate({ methods: ['oauth1'], oauth1: {} }, scope, '', headers);
  }

  /** An access token for the roles, by leave of their holder. */
  async delegated(
    from: { token: string; projectId: string },
    roles: object[] = [{ name: 'member' }],
  ): Promise<OAuthToken> {
    const asked = issuedToken(await this.ask(from.projectId));
    const at = `/v3/OS-OAUTH1/authorize/${asked.key}`;
    const leave = await this.identity.call('PUT', at, { token: from.token, json: { roles } });
    expect(leave.status, leave.text).toBe(200);
    const more = { oauth_verifier: leave.body.token.oauth_verifier as string };
    return issuedToken(await this.exchange({ token: asked, more }));
  }
}
