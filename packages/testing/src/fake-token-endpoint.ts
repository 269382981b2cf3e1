import { calculateJwkThumbprint, createLocalJWKSet, decodeJwt, importJWK, jwtVerify, type JWTPayload } from 'jose';
import type { PublicJwk } from '@ocx/openstack-api/exchange/documents';
import {
  ATTACHMENT_GRANT_TYPE,
  CLIENT_ASSERTION_TYPE,
  ExchangeTokenClaims,
  EXCHANGE_AUDIENCE,
  LandlordAccess,
  LEASE_GRANT_AUDIENCE,
  LEASE_GRANT_TYPE,
  LeaseGrantClaims,
  LeaseGrantDetail,
  TOKEN_EXCHANGE_GRANT,
} from '@ocx/openstack-api/exchange/tokens';
import type { TokenMint } from './token-mint.js';

interface Answer {
  status: number;
  body: unknown;
}

class OAuthError extends Error {
  constructor(
    readonly error: string,
    description: string,
  ) {
    super(description);
  }
}

interface Client {
  id: string;
  jkt: string;
}

type Access = Omit<LandlordAccess, 'type'>;

const TENANT_ACTIONS = ['read', 'write', 'create', 'image', 'claim'];

/** `POST /v3/OS-OAUTH2/token`: client assertions are verified for real, tokens only get narrower. */
export class FakeTokenEndpoint {
  readonly clients = new Map<string, PublicJwk>();
  private readonly usedAssertions = new Set<string>();

  constructor(
    private readonly mint: () => TokenMint,
    private readonly landlords: ReadonlyMap<string, unknown>,
  ) {}

  async handle(form: URLSearchParams): Promise<Answer> {
    try {
      if (form.get('client_assertion_type') !== CLIENT_ASSERTION_TYPE) {
        throw new OAuthError('invalid_client', 'A client assertion is required.');
      }
      const client = await this.authenticate(form.get('client_assertion') ?? '');
      if (client === undefined) throw new OAuthError('invalid_client', 'The client assertion was refused.');
      const token = await this.grant(form, client);
      const leaseGrant = await this.accompanyingGrant(form, client);
      const { exp = 0 } = decodeJwt(token);
      const type = form.get('requested_token_type') ?? 'urn:ietf:params:oauth:token-type:access_token';
      const expiresIn = exp - Math.floor(Date.now() / 1000);
      return {
        status: 200,
        body: {
          access_token: token,
          issued_token_type: type,
          token_type: 'DPoP',
          expires_in: expiresIn,
          ...(leaseGrant === undefined ? {} : { refresh_token: leaseGrant }),
        },
      };
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      const status = error.error === 'invalid_client' ? 401 : 400;
      return { status, body: { error: error.error, error_description: error.message } };
    }
  }

  /** Who signed the assertion (RFC 7523), or nothing when it does not hold. Each assertion counts once. */
  async authenticate(assertion: string): Promise<Client | undefined> {
    try {
      const id = decodeJwt(assertion).sub ?? '';
      const jwk = this.clients.get(id);
      if (jwk === undefined) return undefined;
      const { payload } = await jwtVerify(assertion, await importJWK(jwk, 'ES256'), {
        algorithms: ['ES256'],
        issuer: id,
        audience: this.mint().issuer,
        maxTokenAge: 60,
        requiredClaims: ['jti', 'exp'],
      });
      if (typeof payload.jti !== 'string' || this.usedAssertions.has(payload.jti)) return undefined;
      this.usedAssertions.add(payload.jti);
      return { id, jkt: await calculateJwkThumbprint(jwk) };
    } catch {
      return undefined;
    }
  }

  private async grant(form: URLSearchParams, client: Client): Promise<string> {
    const landlordId = form.get('resource') ?? '';
    if (!this.landlords.has(landlordId)) throw new OAuthError('invalid_target', 'No such landlord.');
    if (form.get('grant_type') === 'client_credentials') {
      return this.mint().landlordToken({
        landlordId,
        jkt: client.jkt,
        clientId: client.id,
        access: { actions: ['feed'] },
      });
    }
    if (form.get('grant_type') !== TOKEN_EXCHANGE_GRANT)
      throw new OAuthError('unsupported_grant_type', 'Unknown grant.');
    const access = accessOf(form);
    if (form.get('subject_token_type') === LEASE_GRANT_TYPE)
      return this.fromLeaseGrant(form, client, landlordId, access);
    return this.fromExchangeToken(form, client, landlordId, access);
  }

  private async fromLeaseGrant(form: URLSearchParams, client: Client, landlordId: string, access: Access) {
    const claims = LeaseGrantClaims.parse(await this.subject(form, LEASE_GRANT_AUDIENCE));
    const allowed: string[] = claims.actions;
    const same =
      claims.lease_id === access.lease_id && claims.landlord_id === landlordId && claims.cnf.jkt === client.jkt;
    if (!same || access.actions.some((action) => !allowed.includes(action))) {
      throw new OAuthError('invalid_scope', 'The lease grant does not cover this.');
    }
    const { sub, project_id: projectId } = claims;
    return this.mint().landlordToken({ landlordId, jkt: client.jkt, clientId: client.id, sub, projectId, access });
  }

  private async fromExchangeToken(form: URLSearchParams, client: Client, landlordId: string, access: Access) {
    const claims = ExchangeTokenClaims.parse(await this.subject(form, EXCHANGE_AUDIENCE));
    const projectId = claims.project?.id;
    if (projectId === undefined) throw new OAuthError('invalid_grant', 'The token is not scoped to a project.');
    const requested = form.get('requested_token_type');
    const whose = {
      landlordId,
      sub: claims.sub,
      projectId,
      projectDomainId: claims.project?.domain.id,
      userDomainId: claims.user.domain.id,
      roles: claims.roles.map(({ name }) => name).filter((name) => name !== 'admin'),
    };
    if (requested === ATTACHMENT_GRANT_TYPE) {
      const connector = access.attachment?.connector;
      if (!connector) throw new OAuthError('invalid_request', 'An attachment grant names an attachment.');
      const bound = { jkt: connector.jkt, clientId: connector.landlord_id, expiresIn: 86_400 };
      return this.mint().landlordToken({ ...whose, ...bound, access: { ...access, actions: ['attach'] } });
    }
    if (access.actions.some((action) => !TENANT_ACTIONS.includes(action))) {
      throw new OAuthError('invalid_scope', 'A tenant cannot give these actions.');
    }
    return this.mint().landlordToken({ ...whose, jkt: client.jkt, clientId: client.id, access });
  }

  private async accompanyingGrant(form: URLSearchParams, client: Client): Promise<string | undefined> {
    const details = JSON.parse(form.get('authorization_details') ?? '[]') as unknown[];
    if (details.length < 2) return undefined;
    const { actions, lease_id: leaseId } = LeaseGrantDetail.parse(details[1]);
    const claims = ExchangeTokenClaims.parse(await this.subject(form, EXCHANGE_AUDIENCE));
    const bound = { landlordId: form.get('resource') ?? '', jkt: client.jkt, projectId: claims.project?.id ?? '' };
    return this.mint().leaseGrant({ ...bound, leaseId, actions, sub: claims.sub });
  }

  private async subject(form: URLSearchParams, audience: string): Promise<JWTPayload> {
    const mint = this.mint();
    const keys = createLocalJWKSet({ keys: [{ ...mint.key.jwk, kid: mint.key.thumbprint, alg: 'ES256' }] });
    const options = { algorithms: ['ES256'], issuer: mint.issuer, audience, typ: 'at+jwt' };
    const verified = await jwtVerify(form.get('subject_token') ?? '', keys, options).catch(() => {
      throw new OAuthError('invalid_grant', 'The subject token was refused.');
    });
    return verified.payload;
  }
}

function accessOf(form: URLSearchParams): Access {
  try {
    const details = JSON.parse(form.get('authorization_details') ?? '') as unknown[];
    const { actions, lease_id, image, attachment } = LandlordAccess.parse(details[0]);
    return { actions, lease_id, image, attachment };
  } catch {
    throw new OAuthError('invalid_authorization_details', 'The authorization details are malformed.');
  }
}
