import { createHash } from 'node:crypto';
import { errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import type { ZodError } from 'zod';
import { ProofRefused, type ReplayCache, verifyProof } from '@ocx/openstack-client/dpop';
import {
  EXCHANGE_AUDIENCE,
  ExchangeTokenClaims,
  LANDLORD_TOKEN_MAX_SECONDS,
  LandlordTokenClaims,
} from '@ocx/openstack-api/exchange/tokens';
import { BackendUnavailable, Unauthenticated } from './errors.js';
import type { Principal } from './principal.js';
import type { ServiceRequest } from './service-request.js';

const MAX_TOKEN_CHARACTERS = 16_384;
const CLOCK_TOLERANCE_SECONDS = 5;
const REQUIRED = 'The request you have made requires authentication.';

/** Who is calling, or {@link Unauthenticated}. The one port the token guard depends on. */
export abstract class TokenVerifier {
  abstract verify(request: ServiceRequest): Promise<Principal>;
}

/** Which tokens died before their time. Asked on every request, also for a cached token. */
export abstract class RevocationList {
  /** Throws {@link Unauthenticated} for a revoked token, {@link BackendUnavailable} when it cannot tell. */
  abstract check(claims: ExchangeTokenClaims, rawToken: string): Promise<void> | void;
}

/** Verified claims by the hash of their token, so that a signature is checked once. Expiry is checked on every hit. */
export class VerifiedTokens<T extends { exp: number }> {
  private readonly cache: LRUCache<string, T>;

  constructor(max = 10_000) {
    this.cache = new LRUCache({ max });
  }

  async get(token: string, verify: () => Promise<T>): Promise<T> {
    const key = createHash('sha256').update(token).digest('base64');
    const cached = this.cache.get(key);
    const claims = cached ?? (await verify());
    if (claims.exp <= Date.now() / 1000) {
      this.cache.delete(key);
      throw Unauthenticated.because('the token has expired');
    }
    if (!cached) this.cache.set(key, claims);
    return claims;
  }
}

async function verifySignature(
  token: string,
  keys: JWTVerifyGetKey,
  expected: { issuer: string; audience: string },
): Promise<unknown> {
  if (token.length > MAX_TOKEN_CHARACTERS) throw Unauthenticated.because('the token is too large');
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['ES256', 'EdDSA'],
      typ: 'at+jwt',
      issuer: expected.issuer,
      audience: expected.audience,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['exp', 'iat', 'sub', 'jti'],
    });
    // A token with two audiences would be good at both, and so is good at neither.
    if (Array.isArray(payload.aud) && payload.aud.length !== 1) {
      throw Unauthenticated.because('the token is for more than one audience');
    }
    return payload;
  } catch (error) {
    if (error instanceof Unauthenticated) throw error;
    if (error instanceof errors.JWKSTimeout || (error instanceof TypeError && error.message === 'fetch failed')) {
      throw new BackendUnavailable('The issuer of this token cannot be reached to learn its keys.', { cause: error });
    }
    throw new Unauthenticated(REQUIRED, { cause: error });
  }
}

/** Names the claim, not what stands in it. */
function malformed(error: ZodError): Unauthenticated {
  return Unauthenticated.because(`the token’s claims are malformed at ${error.issues[0]?.path.join('.') ?? ''}`);
}

function header(request: ServiceRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? undefined : value;
}

function exchangePrincipal(claims: ExchangeTokenClaims, rawToken: string, realm: Principal['realm']): Principal {
  return {
    realm,
    userId: claims.sub,
    userDomainId: claims.user.domain.id,
    projectId: claims.project?.id,
    projectDomainId: claims.project?.domain.id,
    domainId: claims.domain?.id,
    systemScope: claims.system?.all === true,
    roles: claims.roles.map((role) => role.name),
    tokenId: claims.jti,
    expiresAt: claims.exp,
    exchange: claims,
    rawToken,
  };
}

/** Verifies tenants' exchange tokens (`X-Auth-Token`, bearer) against one issuer. */
export class ExchangeTokenVerifier extends TokenVerifier {
  private readonly verified = new VerifiedTokens<ExchangeTokenClaims>();

  constructor(
    private readonly options: {
      issuer: string;
      keys: JWTVerifyGetKey;
      revocations?: RevocationList;
      realm?: Principal['realm'];
    },
  ) {
    super();
  }

  async verify(request: ServiceRequest): Promise<Principal> {
    const token = header(request, 'x-auth-token');
    if (token === undefined || token === '') throw Unauthenticated.because('there is no token');
    return this.verifyToken(token);
  }

  /** The principal of one exchange token. Throws {@link Unauthenticated}. */
  async verifyToken(token: string): Promise<Principal> {
    const { issuer, keys, revocations, realm } = this.options;
    const claims = await this.verified.get(token, async () => {
      const payload = await verifySignature(token, keys, { issuer, audience: EXCHANGE_AUDIENCE });
      const parsed = ExchangeTokenClaims.safeParse(payload);
      if (!parsed.success) throw malformed(parsed.error);
      return parsed.data;
    });
    await revocations?.check(claims, token);
    return exchangePrincipal(claims, token, realm ?? 'exchange');
  }
}

/** What a landlord learned at enrolment; undefined until it is enrolled. */
export interface LandlordTrust {
  readonly issuer: string;
  readonly keys: JWTVerifyGetKey;
  readonly landlordId: string;
  /** The enrolled endpoint, without a trailing slash: what `htu` is compared with. */
  readonly endpoint: string;
  /** Endpoints that are taken as well while the landlord moves. */
  readonly otherEndpoints?: readonly string[];
}

/**
 * Verifies what a landlord accepts: the exchange's landlord tokens, bound to the presenter's key (`Authorization: DPoP`),
 * and, where the landlord pinned an issuer of its own, that issuer's bearer tokens in `X-Auth-Token`.
 */
export class LandlordTokenVerifier extends TokenVerifier {
  private readonly verified = new VerifiedTokens<LandlordTokenClaims>();

  constructor(
    private readonly options: {
      trust: () => LandlordTrust | undefined;
      replay: ReplayCache;
      /** Whether the token with this `jti` died before its time, as far as the landlord has heard. */
      isRevoked?: (jti: string) => boolean;
      standalone?: ExchangeTokenVerifier;
    },
  ) {
    super();
  }

  async verify(request: ServiceRequest): Promise<Principal> {
    const authorization = header(request, 'authorization');
    if (authorization !== undefined && /^DPoP /i.test(authorization)) {
      return this.verifyBound(request, authorization.slice(5).trim());
    }
    if (this.options.standalone && request.headers['x-auth-token'] !== undefined) {
      return this.options.standalone.verify(request);
    }
    throw Unauthenticated.because('there is no bound token');
  }

  private async verifyBound(request: ServiceRequest, token: string): Promise<Principal> {
    const trust = this.options.trust();
    if (!trust) throw new Unauthenticated('This landlord is not enrolled at an exchange yet.');
    const claims = await this.verified.get(token, () => verifyLandlordToken(token, trust));
    if (this.options.isRevoked?.(claims.jti) === true) throw Unauthenticated.because('the token was revoked');
    const proof = header(request, 'dpop');
    if (proof === undefined) throw Unauthenticated.because('there is no single proof');
    const path = request.raw.originalUrl ?? request.originalUrl;
    const query = path.indexOf('?');
    try {
      await verifyProof(proof, {
        method: request.method,
        url: [trust.endpoint, ...(trust.otherEndpoints ?? [])].map(
          (endpoint) => endpoint + (query < 0 ? path : path.slice(0, query)),
        ),
        accessToken: token,
        jkt: claims.cnf.jkt,
        replay: this.options.replay,
      });
    } catch (error) {
      if (error instanceof ProofRefused)
        throw new Unauthenticated(REQUIRED, { reason: 'invalid_dpop_proof', cause: error });
      throw error;
    }
    return landlordPrincipal(claims, token);
  }
}

async function verifyLandlordToken(token: string, trust: LandlordTrust): Promise<LandlordTokenClaims> {
  const payload = await verifySignature(token, trust.keys, { issuer: trust.issuer, audience: trust.landlordId });
  const parsed = LandlordTokenClaims.safeParse(payload);
  if (!parsed.success) throw malformed(parsed.error);
  const actions = parsed.data.authorization_details[0].actions;
  // Only an attachment grant may live longer: it names one attachment and nothing else.
  const isGrant = actions.length === 1 && actions[0] === 'attach';
  if (!isGrant && parsed.data.exp - parsed.data.iat > LANDLORD_TOKEN_MAX_SECONDS) {
    throw Unauthenticated.because('the token lives too long');
  }
  return parsed.data;
}

function landlordPrincipal(claims: LandlordTokenClaims, rawToken: string): Principal {
  return {
    realm: 'exchange',
    userId: claims.sub,
    userDomainId: claims.user_domain_id,
    projectId: claims.project_id,
    projectDomainId: claims.project_domain_id,
    systemScope: false,
    roles: claims.roles,
    tokenId: claims.jti,
    expiresAt: claims.exp,
    clientId: claims.client_id,
    keyThumbprint: claims.cnf.jkt,
    access: claims.authorization_details[0],
    rawToken,
  };
}
