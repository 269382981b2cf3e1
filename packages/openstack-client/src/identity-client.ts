import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  ACCESS_TOKEN_TYPE,
  CLIENT_ASSERTION_TYPE,
  TOKEN_EXCHANGE_GRANT,
  type LandlordAccess,
  type LeaseAction,
} from '@ocx/openstack-api/exchange/tokens';
import type { HttpClient, HttpResponse } from './http.js';
import { PeerMisbehaved } from './http.js';
import type { SigningKey } from './signing-key.js';

/** Identity refused to mint; `error` is RFC 6749's code (`invalid_grant`: the subject token is dead). */
export class TokenRefused extends Error {
  override name = 'TokenRefused';
  constructor(
    readonly error: string,
    readonly description: string,
  ) {
    super(`${error}: ${description}`);
  }
}

const ASSERTION_SECONDS = 60;
const TokenAnswer = z.object({
  access_token: z.string().max(16_384),
  expires_in: z.number().positive(),
  refresh_token: z.string().max(16_384).optional(),
});
const ErrorAnswer = z.object({ error: z.string().max(64), error_description: z.string().max(1024).default('') });

export interface MintedToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The lease grant that was asked for beside the token. */
  readonly leaseGrant?: string;
}

export interface ExchangeRequest {
  readonly subjectToken: string;
  readonly subjectTokenType?: string;
  readonly requestedTokenType?: string;
  readonly resource: string;
  readonly access: Omit<LandlordAccess, 'type'>;
  /** What of the token's lease shall be done later without the tenant. */
  readonly leaseGrant?: readonly LeaseAction[];
  /** Seconds since the epoch at which a grant shall end; identity caps it. */
  readonly notAfter?: number;
}

function detailsOf({ access, leaseGrant }: ExchangeRequest): object[] {
  const landlord = { type: 'ocx:landlord', ...access };
  if (leaseGrant === undefined) return [landlord];
  return [landlord, { type: 'ocx:lease-grant', actions: leaseGrant, lease_id: access.lease_id }];
}

/** A service's own line to identity: client assertions (RFC 7523), token exchange (RFC 8693), and `/v3/OS-OCX`. */
export class IdentityClient {
  constructor(
    private readonly options: {
      /** Where identity is reached, without `/v3`. */
      identityUrl: string;
      /** Identity's `iss`, which is the audience of a client assertion. */
      issuer: string;
      clientId: string;
      key: SigningKey;
      http: HttpClient;
      deadlineMs?: number;
    },
  ) {}

  /** Swaps a subject token for a landlord token or a grant. Throws {@link TokenRefused}. */
  exchange(request: ExchangeRequest): Promise<MintedToken> {
    return this.mint({
      grant_type: TOKEN_EXCHANGE_GRANT,
      subject_token: request.subjectToken,
      subject_token_type: request.subjectTokenType ?? ACCESS_TOKEN_TYPE,
      requested_token_type: request.requestedTokenType ?? ACCESS_TOKEN_TYPE,
      resource: request.resource,
      authorization_details: JSON.stringify(detailsOf(request)),
      ...(request.notAfter === undefined ? {} : { not_after: String(request.notAfter) }),
    });
  }

  /** The broker's own token to read a landlord's feeds. Throws {@link TokenRefused}. */
  clientCredentials(resource: string): Promise<MintedToken> {
    return this.mint({ grant_type: 'client_credentials', resource });
  }

  /** Calls one of identity's exchange routes, authenticated by client assertion. */
  async call(
    method: string,
    path: string,
    options: { body?: unknown; deadlineMs?: number; maxBytes?: number; signal?: AbortSignal } = {},
  ): Promise<HttpResponse> {
    const { body, ...bounds } = options;
    return this.options.http.request({
      method,
      url: `${this.options.identityUrl}${path}`,
      headers: {
        authorization: `Bearer ${await this.assertion()}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      deadlineMs: this.options.deadlineMs ?? 5_000,
      ...bounds,
    });
  }

  private async mint(parameters: Record<string, string>): Promise<MintedToken> {
    const sentAt = Date.now();
    const answer = await this.options.http.request({
      method: 'POST',
      url: `${this.options.identityUrl}/v3/OS-OAUTH2/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({
        ...parameters,
        client_assertion_type: CLIENT_ASSERTION_TYPE,
        client_assertion: await this.assertion(),
      }).toString(),
      deadlineMs: this.options.deadlineMs ?? 5_000,
      maxBytes: 65_536,
    });
    if (answer.status === 200) {
      const minted = TokenAnswer.parse(answer.json());
      const { access_token: token, expires_in: seconds, refresh_token: leaseGrant } = minted;
      return { token, expiresAt: sentAt + seconds * 1000, ...(leaseGrant === undefined ? {} : { leaseGrant }) };
    }
    const refusal = ErrorAnswer.safeParse(answer.json());
    if (!refusal.success) throw new PeerMisbehaved(`Identity answered ${answer.status} without a reason.`);
    throw new TokenRefused(refusal.data.error, refusal.data.error_description);
  }

  private assertion(): Promise<string> {
    const { clientId, issuer, key } = this.options;
    const iat = Math.floor(Date.now() / 1000);
    return key.sign('client-authentication+jwt', {
      iss: clientId,
      sub: clientId,
      aud: issuer,
      jti: randomUUID(),
      iat,
      exp: iat + ASSERTION_SECONDS,
    });
  }
}
