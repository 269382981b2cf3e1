import { createProof } from '@ocx/openstack-client/dpop';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import type { LandlordAccess } from '@ocx/openstack-api/exchange/tokens';
import type { FakeIdentity } from './fake-identity.js';
import { TEST_PROJECT, TEST_USER, type LandlordTokenOptions } from './token-mint.js';

export interface CallerOptions {
  identity: FakeIdentity;
  landlordId: string;
  /** Where the landlord listens, without a trailing slash. */
  url: string;
  /** Where it is enrolled, when that differs: what proofs name. */
  endpoint?: string;
  /** The presenter's key; a fresh one by default. */
  key?: SigningKey;
  /** The presenter's client id, `broker` by default. */
  clientId?: string;
}

export interface Tenant {
  /** `null`: a call of the broker for itself, without a project (`feed`). */
  projectId?: string | null;
  projectDomainId?: string;
  userId?: string;
  roles?: string[];
  /** Everything a tenant may do to what exists, by default. */
  access?: Omit<LandlordAccess, 'type'>;
  /** Laid over the token's options, to spoil it. */
  token?: Partial<LandlordTokenOptions>;
}

export interface Call {
  headers?: Record<string, string>;
  /** An object is sent as JSON; text and bytes as they are. */
  body?: unknown;
  /** Spoils the proof: leave it out, sign it with another key, for another method or URL, or send one again. */
  proof?: { omit?: boolean; key?: SigningKey; method?: string; url?: string; again?: string };
}

export interface CallAnswer<T = unknown> {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; throws when it is not. */
  json: T;
  /** The DPoP proof that was sent. */
  proof: string;
}

/** Calls a landlord as the broker does: a landlord token bound to its key, and a fresh proof for every request. */
export class LandlordCaller {
  private constructor(
    private readonly options: CallerOptions,
    readonly key: SigningKey,
  ) {}

  static async create(options: CallerOptions): Promise<LandlordCaller> {
    return new LandlordCaller(options, options.key ?? (await SigningKey.generate()));
  }

  /** A caller for one tenant (or the broker itself) with the given access. */
  as(tenant: Tenant = {}): LandlordSessionForTest {
    return new LandlordSessionForTest(this.options, this.key, tenant);
  }

  /** The broker reading a landlord's feeds. */
  feed(): LandlordSessionForTest {
    return this.as({ projectId: null, access: { actions: ['feed'] } });
  }
}

export class LandlordSessionForTest {
  constructor(
    private readonly options: CallerOptions,
    private readonly key: SigningKey,
    private readonly tenant: Tenant,
  ) {}

  /** A landlord token for this tenant: a new one at each call. */
  token(): Promise<string> {
    const { projectId, userId } = this.tenant;
    return this.options.identity.landlordToken({
      landlordId: this.options.landlordId,
      jkt: this.key.thumbprint,
      ...(this.options.clientId === undefined ? {} : { clientId: this.options.clientId }),
      ...(projectId === null ? {} : { projectId: projectId ?? TEST_PROJECT.id, sub: userId ?? TEST_USER.id }),
      ...(this.tenant.projectDomainId === undefined ? {} : { projectDomainId: this.tenant.projectDomainId }),
      ...(this.tenant.roles === undefined ? {} : { roles: this.tenant.roles }),
      access: this.tenant.access ?? { actions: ['read', 'write'] },
      ...this.tenant.token,
    });
  }

  /** Headers that authenticate one request; for clients other than `fetch`, such as a streaming upload. */
  async headers(method: string, path: string, call: Call['proof'] = {}): Promise<Record<string, string>> {
    const token = await this.token();
    const target = `${this.options.endpoint ?? this.options.url}${path}`;
    const url = call.url ?? target.split('?')[0] ?? target;
    const request = { method: call.method ?? method, url, accessToken: token };
    const proof = call.again ?? (await createProof(call.key ?? this.key, request));
    return { authorization: `DPoP ${token}`, ...(call.omit === true ? {} : { dpop: proof }) };
  }

  async request<T = unknown>(method: string, path: string, call: Call = {}): Promise<CallAnswer<T>> {
    const signed = await this.headers(method, path, call.proof);
    const body = call.body;
    const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(`${this.options.url}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...signed, ...(raw ? {} : { 'content-type': 'application/json' }), ...call.headers },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      get json() {
        return JSON.parse(text) as T;
      },
      proof: signed['dpop'] ?? '',
    };
  }

  get<T = unknown>(path: string): Promise<CallAnswer<T>> {
    return this.request<T>('GET', path);
  }

  post<T = unknown>(path: string, body?: unknown): Promise<CallAnswer<T>> {
    return this.request<T>('POST', path, { body });
  }

  put<T = unknown>(path: string, body?: unknown): Promise<CallAnswer<T>> {
    return this.request<T>('PUT', path, { body });
  }

  delete<T = unknown>(path: string): Promise<CallAnswer<T>> {
    return this.request<T>('DELETE', path);
  }
}
