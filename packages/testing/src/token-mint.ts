import { randomBytes, randomUUID } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import {
  EXCHANGE_AUDIENCE,
  LEASE_GRANT_AUDIENCE,
  type Budget,
  type LandlordAccess,
} from '@ocx/openstack-api/exchange/tokens';
import { SigningKey } from '@ocx/openstack-client/signing-key';

/** How to spoil a token. All absent: a good one. */
export interface Flaws {
  /** Seconds from now; negative for an expired token. */
  expiresIn?: number;
  /** `none`: unsigned. `HS256`: a MAC keyed with the public key, the classic confusion. */
  algorithm?: 'none' | 'HS256';
  /** Sign with this key while naming the right one. */
  signedBy?: SigningKey;
  /** Name a key that the JWKS does not have. */
  kid?: string;
  typ?: string;
  /** Laid over the claims; `undefined` removes one. */
  claims?: Record<string, unknown>;
}

interface Named {
  id: string;
  name: string;
}

export interface ExchangeTokenOptions extends Flaws {
  userId?: string;
  userName?: string;
  userDomain?: Named;
  /** Scope: a project unless one of the others is given; `unscoped` for none. */
  project?: Named & { domain?: Named };
  domain?: Named;
  system?: boolean;
  unscoped?: boolean;
  roles?: string[];
  methods?: string[];
  applicationCredential?: {
    id: string;
    access_rules?: { id: string; service: string; path: string; method: string }[];
  };
  budgets?: Budget[];
}

export interface LandlordTokenOptions extends Flaws {
  landlordId: string;
  /** Thumbprint of the key the token is bound to. */
  jkt: string;
  clientId?: string;
  sub?: string;
  projectId?: string;
  projectDomainId?: string;
  userDomainId?: string;
  roles?: string[];
  access: Omit<LandlordAccess, 'type'>;
}

export interface LeaseGrantOptions extends Flaws {
  landlordId: string;
  leaseId: string;
  jkt: string;
  clientId?: string;
  sub?: string;
  projectId: string;
  actions: ('end' | 'detach' | 'settle' | 'heal')[];
}

const DEFAULT_DOMAIN: Named = { id: 'default', name: 'Default' };
/** The project of a token when a test does not care which. */
export const TEST_PROJECT = { id: '0123456789abcdef0123456789abcdef', name: 'astro', domain: DEFAULT_DOMAIN };
/** The user of a token when a test does not care which. */
export const TEST_USER = { id: 'fedcba9876543210fedcba9876543210', name: 'ada', domain: DEFAULT_DOMAIN };

/** Mints tokens as identity does (docs/protocol.md), and, on request, as nobody may. */
export class TokenMint {
  constructor(
    readonly issuer: string,
    readonly key: SigningKey,
  ) {}

  exchangeToken(options: ExchangeTokenOptions = {}): Promise<string> {
    const auditId = randomBytes(16).toString('base64url');
    return this.sign(
      {
        aud: [EXCHANGE_AUDIENCE],
        sub: options.userId ?? TEST_USER.id,
        jti: auditId,
        audit_ids: [auditId],
        methods: options.methods ?? ['password'],
        user: {
          id: options.userId ?? TEST_USER.id,
          name: options.userName ?? TEST_USER.name,
          domain: options.userDomain ?? DEFAULT_DOMAIN,
        },
        ...scopeOf(options),
        ...(options.applicationCredential ? { application_credential: options.applicationCredential } : {}),
        ...(options.budgets ? { budgets: options.budgets } : {}),
      },
      3600,
      options,
    );
  }

  landlordToken(options: LandlordTokenOptions): Promise<string> {
    const ofProject = options.projectId !== undefined;
    return this.sign(
      {
        aud: options.landlordId,
        sub: options.sub ?? (ofProject ? TEST_USER.id : 'broker'),
        ...presenter(options),
        ...(ofProject
          ? {
              project_id: options.projectId,
              project_domain_id: options.projectDomainId ?? DEFAULT_DOMAIN.id,
              user_domain_id: options.userDomainId ?? DEFAULT_DOMAIN.id,
            }
          : {}),
        roles: options.roles ?? (ofProject ? ['member'] : []),
        authorization_details: [{ type: 'ocx:landlord', ...options.access }],
      },
      300,
      options,
    );
  }

  leaseGrant(options: LeaseGrantOptions): Promise<string> {
    return this.sign(
      {
        aud: LEASE_GRANT_AUDIENCE,
        sub: options.sub ?? TEST_USER.id,
        client_id: options.clientId ?? 'broker',
        cnf: { jkt: options.jkt },
        jti: randomUUID(),
        project_id: options.projectId,
        project_domain_id: DEFAULT_DOMAIN.id,
        user_domain_id: DEFAULT_DOMAIN.id,
        lease_id: options.leaseId,
        landlord_id: options.landlordId,
        actions: options.actions,
      },
      86_400,
      options,
    );
  }

  private async sign(base: Record<string, unknown>, lifetime: number, flaws: Flaws): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const expiresIn = flaws.expiresIn ?? lifetime;
    const issuedAt = expiresIn > 0 ? now : now + expiresIn - lifetime;
    const claims = { iss: this.issuer, iat: issuedAt, exp: now + expiresIn, ...base, ...flaws.claims };
    if (flaws.algorithm === 'none') return new UnsecuredJWT(claims).encode();
    const header = { kid: flaws.kid ?? this.key.thumbprint, typ: flaws.typ ?? 'at+jwt' };
    if (flaws.algorithm === 'HS256') {
      const secret = new TextEncoder().encode(JSON.stringify(this.key.jwk));
      return new SignJWT(claims).setProtectedHeader({ ...header, alg: 'HS256' }).sign(secret);
    }
    const key = flaws.signedBy ?? this.key;
    return new SignJWT(claims).setProtectedHeader({ ...header, alg: 'ES256' }).sign(key.privateKey);
  }
}

function presenter(options: { clientId?: string; jkt: string }) {
  const clientId = options.clientId ?? 'broker';
  return { client_id: clientId, act: { sub: clientId }, cnf: { jkt: options.jkt }, jti: randomUUID() };
}

function scopeOf(options: ExchangeTokenOptions): Record<string, unknown> {
  const roles = (options.roles ?? ['member']).map((name) => ({ id: name, name }));
  if (options.unscoped === true) return {};
  if (options.system === true) return { system: { all: true }, roles };
  if (options.domain) return { domain: options.domain, roles };
  return { project: { domain: DEFAULT_DOMAIN, ...(options.project ?? TEST_PROJECT) }, roles };
}
