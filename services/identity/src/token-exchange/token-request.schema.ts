import {
  ACCESS_TOKEN_TYPE,
  ATTACHMENT_GRANT_TYPE,
  CLIENT_ASSERTION_TYPE,
  LandlordAccess,
  LeaseGrantDetail,
  LEASE_GRANT_TYPE,
  TOKEN_EXCHANGE_GRANT,
} from '@ocx/openstack-api/exchange/tokens';
import { LandlordId } from '@ocx/openstack-api/ids';
import { z } from 'zod';
import { OAuthError, type OAuthErrorCode } from './oauth-error.js';

const Base = z.object({
  grant_type: z.string().max(128),
  client_assertion_type: z.literal(CLIENT_ASSERTION_TYPE),
  client_assertion: z.string().min(1).max(4096),
});

const Exchange = z.object({
  subject_token: z.string().min(1).max(16_384),
  subject_token_type: z.enum([ACCESS_TOKEN_TYPE, LEASE_GRANT_TYPE]),
  requested_token_type: z.enum([ACCESS_TOKEN_TYPE, ATTACHMENT_GRANT_TYPE]).default(ACCESS_TOKEN_TYPE),
  not_after: z
    .string()
    .regex(/^[0-9]{1,12}$/)
    .transform(Number)
    .optional(),
});

const AuthorizationDetails = z.tuple([LandlordAccess, LeaseGrantDetail.optional()]);

/** The form of RFC 7662 section 2.1 and RFC 7009 section 2.1. */
export const TokenForm = Base.omit({ grant_type: true }).extend({
  token: z.string().min(1).max(16_384),
  token_type_hint: z.string().max(128).optional().describe('ignored: the token itself tells what it is'),
});

/** The whole form, as RFC 8693, 8707 and 9396 have it. What is needed of it depends on the grant. */
export const TokenRequestForm = Base.extend({
  resource: LandlordId,
  ...Exchange.partial().shape,
  authorization_details: z
    .string()
    .max(8192)
    .optional()
    .describe('JSON: a list of one LandlordAccess, and a LeaseGrantDetail after it where a lease grant is wanted too'),
});

export interface TokenRequest {
  readonly grant: 'token-exchange' | 'client_credentials';
  readonly resource: string;
}
export type ExchangeTokenRequest = z.output<typeof Exchange> & {
  resource: string;
  access: LandlordAccess;
  leaseGrant?: LeaseGrantDetail | undefined;
};

/** Parses with OAuth's error for what is wrong. */
function check<T extends z.ZodType>(schema: T, value: unknown, code: OAuthErrorCode): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new OAuthError(code, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'malformed'}`);
}

/** How the client proves itself; checked before anything else of the request is looked at. */
export function clientAssertionOf(body: unknown): string {
  const form = z.record(z.string(), z.string()).safeParse(body);
  if (!form.success) throw new OAuthError('invalid_request', 'The body is no form.');
  if (form.data['client_assertion'] === undefined) {
    throw new OAuthError('invalid_client', 'No client assertion was given.');
  }
  return check(Base.omit({ grant_type: true }), body, 'invalid_request').client_assertion;
}

export function tokenOf(body: unknown): string {
  return check(TokenForm, body, 'invalid_request').token;
}

export function tokenRequestOf(body: unknown): TokenRequest {
  const { grant_type } = check(Base, body, 'invalid_request');
  if (grant_type !== TOKEN_EXCHANGE_GRANT && grant_type !== 'client_credentials') {
    throw new OAuthError('unsupported_grant_type', 'Only token exchange and client credentials are granted.');
  }
  const { resource } = check(z.object({ resource: LandlordId }), body, 'invalid_target');
  return { grant: grant_type === TOKEN_EXCHANGE_GRANT ? 'token-exchange' : 'client_credentials', resource };
}

export function exchangeRequestOf(body: unknown, resource: string): ExchangeTokenRequest {
  const request = check(Exchange, body, 'invalid_request');
  const raw = check(z.object({ authorization_details: z.string().max(8192) }), body, 'invalid_authorization_details');
  let details: unknown;
  try {
    details = JSON.parse(raw.authorization_details);
  } catch {
    throw new OAuthError('invalid_authorization_details', 'authorization_details is not JSON.');
  }
  const [access, leaseGrant] = check(AuthorizationDetails, details, 'invalid_authorization_details');
  return { ...request, resource, access, leaseGrant };
}
