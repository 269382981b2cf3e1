import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import type { Offer, Usage } from '@ocx/openstack-api/exchange/documents';
import { documentHash } from '@ocx/openstack-client/documents';
import { ReplayCache, verifyProof } from '@ocx/openstack-client/dpop';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { countersign, type DoubleLease, metersOf } from './market-landlord-claims.js';

type Behaviour = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

/**
 * A small landlord that speaks the protocol over real HTTP with keys of its own, for tests of the broker. `misbehave`
 * may answer a request before the honest code does.
 */
export class LandlordDouble {
  id = '';
  readonly leases = new Map<string, DoubleLease>();
  /** What came with claims, as it came. */
  readonly boots: unknown[] = [];
  readonly calls: string[] = [];
  readonly events: string[] = [];
  offers: Offer[] = [];
  misbehave: Behaviour = () => false;
  /** Whether the object account it leases holds objects, and what becomes of it when its lease ends. */
  holdsObjects: () => boolean = () => false;
  emptied: () => void = () => undefined;
  private readonly replay = new ReplayCache();
  private readonly waiting = new Set<() => void>();
  private keys: ReturnType<typeof createRemoteJWKSet> | undefined;

  /** What it answers challenges with, where that is not its key yet. */
  nextKey: SigningKey | undefined;
  private readonly more: Server[] = [];

  private constructor(
    readonly name: string,
    public key: SigningKey,
    private server: Server,
    /** Where it is enrolled; it may listen at other addresses too, and takes proofs for each. */
    public url: string,
  ) {}

  static async start(name: string, port = 0): Promise<LandlordDouble> {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    const double = new LandlordDouble(name, await SigningKey.generate(), server, urlOf(server));
    double.attach(server);
    return double;
  }

  get host(): string {
    return new URL(this.url).host;
  }

  trust(jwksUrl: string): void {
    this.keys = createRemoteJWKSet(new URL(jwksUrl));
  }

  /** Listens at one more port, and tells its URL. */
  async listenAlso(port = 0): Promise<string> {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    this.attach(server);
    this.more.push(server);
    return urlOf(server);
  }

  /** Leaves the address at which it was started. */
  async closeFirst(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** The landlord dies: connections are cut, the port is closed. */
  async stop(): Promise<void> {
    for (const wake of this.waiting) wake();
    for (const server of this.more) {
      server.closeAllConnections();
      server.close();
    }
    this.server.closeAllConnections();
    if (!this.server.listening) return;
    this.server.close();
    await once(this.server, 'close');
  }

  async restart(): Promise<void> {
    this.server = createServer();
    this.attach(this.server);
    this.server.listen(Number(new URL(this.url).port), '127.0.0.1');
    await once(this.server, 'listening');
  }

  enrolment(change: Record<string, unknown> = {}, key = this.key): Promise<string> {
    return key.sign('ocx-enrolment+jwt', {
      name: this.name,
      kind: 'compute',
      region: this.name,
      endpoint: this.url,
      jwk: this.key.jwk,
      description: 'a landlord of the tests',
      microversions: change['kind'] === 'storage' ? { min: '3.0', max: '3.70' } : { min: '2.1', max: '2.90' },
      issued_at: new Date().toISOString(),
      ...change,
    });
  }

  offer(change: Partial<Offer> = {}): Offer {
    const now = Date.now();
    const offer: Offer = {
      id: randomUUID(),
      version: 1,
      landlord_id: this.id,
      region: this.name,
      product: { type: 'server', id: 'm1.tiny' },
      prices: [{ meter: 'server_seconds', relation: 'anyone', amount: '10', per: '3' }],
      capacity: 5,
      sla: { availability: '99.9', provision_seconds: 30 },
      traits: [],
      admission: { domains: [], deny_projects: [] },
      notice_seconds: 0,
      issued_at: new Date(now).toISOString(),
      valid_until: new Date(now + 3_600_000).toISOString(),
      ...change,
    };
    this.offers.push(offer);
    return offer;
  }

  async emit(event: Record<string, unknown>, key = this.key): Promise<void> {
    const seq = this.events.length + 1;
    const body = { seq, landlord_id: this.id, at: new Date().toISOString(), ...event };
    this.events.push(await key.sign('ocx-event+jwt', body));
    for (const wake of this.waiting) wake();
  }

  /** Appends a usage record to the lease's chain. */
  async use(leaseId: string, change: Partial<Usage> = {}, key = this.key): Promise<string> {
    const lease = this.leases.get(leaseId);
    if (!lease) throw new Error('no such lease');
    const previous = lease.usage.at(-1);
    const from = previous ? decodeJwt<Usage>(previous).to : new Date(lease.acceptedAt).toISOString();
    const to = new Date().toISOString();
    const seconds = Math.floor((Date.parse(to) - Date.parse(from)) / 1000);
    const usage: Usage = {
      lease_id: leaseId,
      landlord_id: this.id,
      seq: lease.usage.length + 1,
      prev: previous === undefined ? null : documentHash(previous),
      from,
      to,
      meters: metersOf(lease.document, seconds),
      final: false,
      ...change,
    };
    const jws = await key.sign('ocx-usage+jwt', usage);
    lease.usage.push(jws);
    return jws;
  }

  private attach(server: Server): void {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.serve(request, response).catch((error: unknown) => {
        if (!response.headersSent) reply(response, 500, { detail: String(error) });
      });
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const route = `${request.method ?? ''} ${url.pathname}`;
    this.calls.push(route);
    if (await this.misbehave(request, response)) return;
    const body = await read(request);
    if (route === 'POST /landlord/v1/challenge') {
      const { nonce, endpoint, exchange } = JSON.parse(body) as Record<string, string>;
      const key = this.nextKey ?? this.key;
      const answer = { nonce, endpoint, exchange, jkt: key.thumbprint };
      reply(response, 200, { answer: await key.sign('ocx-challenge+jwt', answer) });
      return;
    }
    const actions = await this.actionsOf(request, url);
    if (!actions) reply(response, 401, {});
    else await this.route(route, url, body, actions, response);
  }

  private async route(
    route: string,
    url: URL,
    body: string,
    actions: readonly string[],
    response: ServerResponse,
  ): Promise<void> {
    const lease = this.leases.get(/leases\/([^/]+)/.exec(url.pathname)?.[1] ?? '');
    if (route === 'GET /landlord/v1/offers') {
      const issued_at = new Date().toISOString();
      const offers = this.offers.map((offer) => this.key.sign('ocx-offer+jwt', { ...offer, issued_at }));
      reply(response, 200, { offers: await Promise.all(offers) });
    } else if (route === 'GET /landlord/v1/events') {
      const after = Number(url.searchParams.get('after'));
      await this.newer(after, Number(url.searchParams.get('wait')));
      reply(response, 200, { events: this.events.slice(after), last: this.events.length });
    } else if (route === 'POST /landlord/v1/leases') {
      const claim = JSON.parse(body) as { lease: string; boot?: unknown };
      if (claim.boot !== undefined) this.boots.push(claim.boot);
      const answer = actions.some((action) => action === 'claim' || action === 'heal')
        ? await countersign(this, claim.lease, actions)
        : { status: 403, body: {} };
      reply(response, answer.status, answer.body);
    } else if (route === 'GET /landlord/v1/leases') {
      const after = url.searchParams.get('after') ?? '';
      const rows = [...this.leases.values()].sort((a, b) => (a.document.id < b.document.id ? -1 : 1));
      reply(response, 200, { leases: rows.filter(({ document }) => document.id > after).map(leaseRow) });
    } else if (!lease) {
      reply(response, 404, {});
    } else if (url.pathname.endsWith('/end')) {
      const { if_empty: ifEmpty } = JSON.parse(body) as { if_empty?: boolean };
      if (!actions.includes('end')) reply(response, 403, {});
      else if (ifEmpty === true && lease.state === 'active' && this.holdsObjects()) {
        reply(response, 409, { reason: 'not_empty' });
      } else {
        if (lease.state === 'active') await this.use(lease.document.id, { final: true });
        lease.state = 'ended';
        if (lease.document.resource.type === 'object-account') this.emptied();
        reply(response, 200, { usage: lease.usage.slice(-1) });
      }
    } else if (url.pathname.endsWith('/usage')) {
      reply(response, 200, { usage: lease.usage.slice(Number(url.searchParams.get('after'))) });
    } else reply(response, 404, {});
  }

  private async actionsOf(request: IncomingMessage, url: URL): Promise<readonly string[] | undefined> {
    const token = (request.headers.authorization ?? '').replace(/^DPoP /, '');
    const proof = request.headers.dpop;
    if (!this.keys || typeof proof !== 'string') return undefined;
    const { payload } = await jwtVerify(token, this.keys, { audience: this.id });
    const { cnf, authorization_details: details } = payload as unknown as {
      cnf: { jkt: string };
      authorization_details: [{ actions: string[] }];
    };
    await verifyProof(proof, {
      method: request.method ?? '',
      url: `${urlAt(request)}${url.pathname}`,
      accessToken: token,
      jkt: cnf.jkt,
      replay: this.replay,
    });
    return details[0].actions;
  }

  private async newer(after: number, seconds: number): Promise<void> {
    if (this.events.length > after || seconds <= 0) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, seconds * 1000);
      this.waiting.add(wake);
    });
  }
}

const leaseRow = ({ document, state, usage }: DoubleLease) => ({
  id: document.id,
  project_id: document.project_id,
  resource: document.resource,
  state,
  usage_seq: usage.length,
});

/** The URL of the port that the request came in by. */
const urlAt = ({ socket }: IncomingMessage): string => `http://127.0.0.1:${String(socket.localPort)}`;

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${String(address.port)}`;
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
