import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { decodeJwt } from 'jose';
import type { LandlordMove, PublicJwk, SignedMove } from '@ocx/openstack-api/exchange/documents';
import { REVOKED_TOKENS_TYP } from '@ocx/openstack-api/exchange/revoked-tokens';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { FakeLimits } from './fake-limits.js';
import { FakeTokenEndpoint } from './fake-token-endpoint.js';
import {
  TokenMint,
  type ExchangeTokenOptions,
  type LandlordTokenOptions,
  type LeaseGrantOptions,
} from './token-mint.js';

export interface Revocation {
  seq: number;
  audit_id?: string;
  user_id?: string;
  project_id?: string;
  issued_before: string;
}

const MAX_BODY_BYTES = 262_144;
const UNKNOWN = { error: { code: 401, message: 'Who are you?', title: 'Unauthorized' } };

/**
 * Identity as far as its peers see it: a real HTTP server with a JWKS, a token endpoint and the exchange's registrations
 * (docs/protocol.md), and a mint that a test may also ask for bad tokens. It has no users and no database.
 */
export class FakeIdentity {
  /** Landlords registered by `PUT /v3/OS-OCX/landlords/{id}`, and regions by `PUT /v3/OS-OCX/regions/{name}`. */
  readonly landlords = new Map<string, unknown>();
  readonly regions = new Map<string, unknown>();
  readonly limits = new FakeLimits();
  /** What the revocation feed holds; use {@link revoke}. */
  readonly revocations: Revocation[] = [];
  /** What every landlord is told of its tokens; `forgery` makes the list wrong in one respect. */
  readonly revokedTokens: {
    tokens: { jti: string; exp: number }[];
    forgery?: { key?: SigningKey; typ?: string; claims?: Record<string, unknown> } | undefined;
    /** Lists handed out so far. */
    told: number;
  } = { tokens: [], told: 0 };
  /** Moves of landlords that came, each as its JWS, and the status that they are answered with while it is set. */
  readonly moves: string[] = [];
  refuseMoves: number | undefined;
  /** Requests for the JWKS so far: a client that caches asks once. */
  jwksRequests = 0;

  private mint: TokenMint;
  private readonly published: SigningKey[] = [];
  private readonly tokens = new FakeTokenEndpoint(() => this.mint, this.landlords);
  private readonly waiting = new Set<() => void>();

  private constructor(
    private readonly server: Server,
    /** Where identity is reached, without `/v3`. */
    readonly url: string,
    key: SigningKey,
  ) {
    this.mint = new TokenMint(`${url}/v3`, key);
    this.published.push(key);
  }

  static async start(port = 0): Promise<FakeIdentity> {
    const key = await SigningKey.generate();
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The fake identity has no port.');
    const identity = new FakeIdentity(server, `http://127.0.0.1:${String(address.port)}`, key);
    server.on('request', (request, response) => void identity.serve(request, response));
    return identity;
  }

  /** The `iss` of every token. */
  get issuer(): string {
    return this.mint.issuer;
  }

  get jwksUrl(): string {
    return `${this.url}/.well-known/jwks.json`;
  }

  /** Registers a client of the token endpoint: `broker`, or a landlord's id. */
  registerClient(clientId: string, jwk: PublicJwk): void {
    this.tokens.clients.set(clientId, jwk);
  }

  exchangeToken(options: ExchangeTokenOptions = {}): Promise<string> {
    return this.mint.exchangeToken(options);
  }

  landlordToken(options: LandlordTokenOptions): Promise<string> {
    return this.mint.landlordToken(options);
  }

  leaseGrant(options: LeaseGrantOptions): Promise<string> {
    return this.mint.leaseGrant(options);
  }

  /** A new signing key; tokens of the old one stay good until {@link retireOldKeys}. */
  async rotateKeys(): Promise<void> {
    const key = await SigningKey.generate();
    this.published.push(key);
    this.mint = new TokenMint(this.issuer, key);
  }

  retireOldKeys(): void {
    this.published.splice(0, this.published.length - 1);
  }

  revoke(revocation: Omit<Revocation, 'seq' | 'issued_before'>): void {
    const seq = this.revocations.length + 1;
    this.revocations.push({ seq, ...revocation, issued_before: new Date().toISOString() });
    for (const wake of this.waiting) wake();
  }

  async stop(): Promise<void> {
    for (const wake of this.waiting) wake();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', this.url);
      const body = await read(request);
      await this.route(request, url, body, response);
    } catch (error) {
      if (!response.headersSent) reply(response, 500, { error: { message: String(error) } });
      else response.destroy();
    }
  }

  private async route(request: IncomingMessage, url: URL, body: string, response: ServerResponse): Promise<void> {
    const route = `${request.method ?? ''} ${url.pathname}`;
    if (route === 'GET /.well-known/jwks.json') {
      this.jwksRequests += 1;
      const keys = this.published.map((key) => ({ ...key.jwk, kid: key.thumbprint, alg: 'ES256', use: 'sig' }));
      reply(response, 200, { keys });
      return;
    }
    if (route === 'POST /v3/OS-OAUTH2/token') {
      const answer = await this.tokens.handle(new URLSearchParams(body));
      reply(response, answer.status, answer.body);
      return;
    }
    if (route === 'POST /v3/OS-OCX/clients') {
      const client = JSON.parse(body) as { client_id: string; jwk: PublicJwk };
      this.registerClient(client.client_id, client.jwk);
      reply(response, 201, { client_id: client.client_id });
      return;
    }
    if (route === 'POST /v3/auth/tokens') {
      const token = this.limits.login(body);
      if (token === undefined) reply(response, 401, UNKNOWN);
      else response.writeHead(201, { 'x-subject-token': token }).end('{}');
      return;
    }
    const token = request.headers['x-auth-token'];
    if (typeof token === 'string') {
      const limits = this.limits.knows(token) ? this.limits.answer(request.method ?? '', url, body) : undefined;
      reply(response, limits?.status ?? 401, limits?.body ?? UNKNOWN);
      return;
    }
    const caller = await this.tokens.authenticate((request.headers.authorization ?? '').replace(/^Bearer /, ''));
    if (caller === undefined) reply(response, 401, UNKNOWN);
    else if (route === 'GET /v3/OS-OCX/revoked-tokens') await this.listRevokedTokens(caller.id, url, response);
    else await this.exchangeRoute(request.method ?? '', url, body, response);
  }

  private async listRevokedTokens(aud: string, url: URL, response: ServerResponse): Promise<void> {
    await this.newerThan(Number(url.searchParams.get('after') ?? 0), Number(url.searchParams.get('wait') ?? 0));
    const { tokens: revoked, forgery } = this.revokedTokens;
    this.revokedTokens.told += 1;
    const iat = Math.floor(Date.now() / 1000);
    const payload = { iss: this.issuer, aud, iat, seq: this.revocations.length, revoked, ...forgery?.claims };
    const key = forgery?.key ?? this.published.at(-1);
    if (!key) throw new Error('The fake identity has no key.');
    reply(response, 200, { list: await key.sign(forgery?.typ ?? REVOKED_TOKENS_TYP, payload) });
  }

  private async exchangeRoute(method: string, url: URL, body: string, response: ServerResponse): Promise<void> {
    if (method === 'GET' && url.pathname === '/v3/OS-OCX/revocations') {
      const after = Number(url.searchParams.get('after') ?? 0);
      await this.newerThan(after, Number(url.searchParams.get('wait') ?? 0));
      reply(response, 200, {
        revocations: this.revocations.filter(({ seq }) => seq > after),
        last: this.revocations.length,
      });
      return;
    }
    const moving = /^\/v3\/OS-OCX\/landlords\/([^/]+)\/moves$/.exec(url.pathname)?.[1];
    if (method === 'POST' && moving !== undefined) {
      this.move(moving, JSON.parse(body) as SignedMove, response);
      return;
    }
    const limits = this.limits.answer(method, url, body);
    if (limits !== undefined) {
      reply(response, limits.status, limits.body);
      return;
    }
    const match = /^\/v3\/OS-OCX\/(landlords|regions)\/([^/]+)$/.exec(url.pathname);
    const registry = match?.[1] === 'landlords' ? this.landlords : this.regions;
    const id = match?.[2];
    if (id === undefined || (method !== 'PUT' && method !== 'DELETE')) {
      reply(response, 404, { error: { code: 404, message: 'Not found', title: 'Not Found' } });
      return;
    }
    if (method === 'DELETE') registry.delete(id);
    else registry.set(id, JSON.parse(body));
    const jwk = method === 'PUT' ? (JSON.parse(body) as { jwk?: PublicJwk }).jwk : undefined;
    if (jwk) this.registerClient(id, jwk);
    response.writeHead(204).end();
  }

  /** Believes every move, unless {@link refuseMoves} says otherwise; whether it holds is identity's own test. */
  private move(id: string, { move }: SignedMove, response: ServerResponse): void {
    this.moves.push(move);
    if (this.refuseMoves !== undefined) {
      const error = { code: this.refuseMoves, message: 'The move was refused.', title: 'Refused' };
      reply(response, this.refuseMoves, { error });
      return;
    }
    const { endpoint, jwk } = decodeJwt<LandlordMove>(move);
    this.landlords.set(id, { ...(this.landlords.get(id) as object), endpoint, jwk });
    this.registerClient(id, jwk);
    response.writeHead(204).end();
  }

  private async newerThan(after: number, seconds: number): Promise<void> {
    if (this.revocations.length > after || seconds <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        wake();
      }, seconds * 1000);
      const wake = () => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      this.waiting.add(wake);
    });
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  if (body === undefined) response.writeHead(status).end();
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES) throw new Error('The body is too large.');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
