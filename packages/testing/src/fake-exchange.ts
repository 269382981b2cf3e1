import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import {
  ChallengeAnswer,
  Enrolment,
  Offer,
  type Lease,
  type Product,
  type PublicJwk,
  type Resource,
  type SignedMove,
} from '@ocx/openstack-api/exchange/documents';
import { documentHash, verifyDocument } from '@ocx/openstack-client/documents';
import { verifyMove } from '@ocx/openstack-client/landlord-move';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import type { FakeIdentity } from './fake-identity.js';
import { LandlordCaller } from './landlord-caller.js';
import { TEST_PROJECT, TEST_USER } from './token-mint.js';

export interface EnrolledLandlord {
  landlordId: string;
  name: string;
  endpoint: string;
  jwk: PublicJwk;
}

export interface Rental {
  product: Product;
  /** 1 by default, 0 for an object account. */
  quantity?: number;
  resourceId?: string;
  projectId?: string;
  /** Laid over the lease before it is signed. */
  lease?: Partial<Lease>;
}

const MOVES = /^\/exchange\/v1\/landlords\/([^/]+)\/moves$/;
const RESOURCES = { server: 'server', volume: 'volume', 'object-store': 'object-account' } as const;

/**
 * The broker as far as a landlord sees it: a real HTTP server that enrols landlords, challenge included, and a key that
 * signs leases. It has no market, no ledger and no database.
 */
export class FakeExchange {
  readonly landlords: EnrolledLandlord[] = [];
  /** Answers enrolments with this status instead, while set. */
  refuseWith: number | undefined;
  /** Enrolments refused so far, for whatever reason. */
  refusedEnrolments = 0;
  /** Refuses moves with this status and reason instead, while set. */
  refuseMoves: { status: number; reason: string } | undefined;
  /** Every move that came, as it came. */
  readonly moves: SignedMove[] = [];
  private readonly moved = new Map<string, { seq: number; sha256: string }>();
  private readonly codes = new Map<string, string | undefined>();

  private constructor(
    private readonly server: Server,
    /** The broker's API origin, and the exchange's name. */
    readonly url: string,
    /** What the broker signs leases and proofs with. */
    readonly key: SigningKey,
    readonly identity: FakeIdentity,
  ) {}

  static async start(identity: FakeIdentity): Promise<FakeExchange> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The fake exchange has no port.');
    const url = `http://127.0.0.1:${String(address.port)}`;
    const exchange = new FakeExchange(server, url, await SigningKey.generate(), identity);
    server.on('request', (request, response) => void exchange.serve(request, response));
    return exchange;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** A one-time code, for OCX_ENROLMENT_CODE. */
  enrolmentCode(): string {
    const code = randomBytes(16).toString('base64url');
    this.codes.set(code, undefined);
    return code;
  }

  /** The landlord of this name, as soon as it is enrolled. */
  async enrolled(name: string): Promise<EnrolledLandlord> {
    for (let tries = 0; tries < 600; tries += 1) {
      const landlord = this.landlords.find((candidate) => candidate.name === name);
      // It is enrolled when it says so itself: only then it accepts tokens.
      const about: unknown =
        landlord && (await fetch(`${landlord.endpoint}/landlord/v1`).then((answer) => answer.json()));
      if (landlord && (about as { landlord_id: unknown }).landlord_id !== null) return landlord;
      await sleep(50);
    }
    throw new Error(`Landlord ${name} did not enrol.`);
  }

  /** Calls the landlord with the broker's key. */
  caller(landlord: EnrolledLandlord): Promise<LandlordCaller> {
    const { landlordId, endpoint } = landlord;
    return LandlordCaller.create({ identity: this.identity, landlordId, url: endpoint, key: this.key });
  }

  /** The landlord's offer of a product, signature checked. */
  async offer(landlord: EnrolledLandlord, product: Product): Promise<Offer> {
    const answer = await (await this.caller(landlord)).feed().get<{ offers: string[] }>('/landlord/v1/offers');
    for (const jws of answer.json.offers) {
      const offer = await verifyDocument(Offer, 'ocx-offer+jwt', jws, landlord.jwk);
      if (offer.product.type === product.type && offer.product.id === product.id) return offer;
    }
    throw new Error(`${landlord.name} does not offer ${product.id}.`);
  }

  /** A lease under the landlord's present offer, not signed yet. */
  async draft(landlord: EnrolledLandlord, rental: Rental): Promise<Lease> {
    const offer = await this.offer(landlord, rental.product);
    const type = RESOURCES[rental.product.type];
    const projectId = rental.projectId ?? TEST_PROJECT.id;
    const resource: Resource = {
      type,
      id: rental.resourceId ?? (type === 'object-account' ? projectId : randomUUID()),
    };
    const now = new Date().toISOString();
    return {
      id: randomUUID(),
      exchange: this.url,
      landlord_id: landlord.landlordId,
      order_id: randomUUID(),
      offer: { id: offer.id, version: offer.version },
      project_id: projectId,
      project_domain_id: TEST_PROJECT.domain.id,
      user_id: TEST_USER.id,
      product: rental.product,
      resource,
      quantity: rental.quantity ?? (type === 'object-account' ? 0 : 1),
      relation: 'anyone',
      prices: offer.prices.filter(({ relation }) => relation === 'anyone'),
      starts_at: now,
      ends_at: null,
      issued_at: now,
      ...rental.lease,
    };
  }

  sign(lease: Lease): Promise<string> {
    return this.key.sign('ocx-lease+jwt', lease);
  }

  /** Presents a lease to the landlord. */
  async claim(landlord: EnrolledLandlord, lease: Lease, sent: { jws?: string; boot?: object } = {}) {
    const caller = (await this.caller(landlord)).as({
      projectId: lease.project_id,
      access: { actions: ['claim'], lease_id: lease.id },
    });
    const { jws = await this.sign(lease), boot } = sent;
    const body = { lease: jws, ...(boot ? { boot } : {}) };
    return caller.post<{ acceptance: string; reason?: string }>('/landlord/v1/leases', body);
  }

  /** A countersigned lease; fails when the landlord refuses. */
  async rent(landlord: EnrolledLandlord, rental: Rental): Promise<Lease> {
    const lease = await this.draft(landlord, rental);
    const answer = await this.claim(landlord, lease);
    if (answer.status !== 201) throw new Error(`${landlord.name} refused: ${answer.text}`);
    return lease;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = `${request.method ?? ''} ${request.url ?? ''}`;
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (route === 'GET /exchange/v1') {
        const { url: identityUrl, issuer } = this.identity;
        reply(response, 200, {
          exchange: this.url,
          identity_url: identityUrl,
          issuer,
          jwk: this.key.jwk,
          version: '1',
        });
      } else if (route === 'POST /exchange/v1/landlords') {
        await this.enrol(
          JSON.parse(Buffer.concat(chunks).toString('utf8')) as { code: string; enrolment: string },
          response,
        );
      } else if (request.method === 'POST' && MOVES.test(request.url ?? '')) {
        const id = MOVES.exec(request.url ?? '')?.[1] ?? '';
        await this.move(id, JSON.parse(Buffer.concat(chunks).toString('utf8')) as SignedMove, response);
      } else reply(response, 404, { title: 'Not Found', status: 404 });
    } catch (error) {
      reply(response, 422, { title: 'Unprocessable Entity', status: 422, detail: String(error) });
    }
  }

  private async enrol(body: { code: string; enrolment: string }, response: ServerResponse): Promise<void> {
    if (this.refuseWith !== undefined) {
      this.refusedEnrolments += 1;
      reply(response, this.refuseWith, { title: 'Refused', status: this.refuseWith });
      return;
    }
    const { jwk } = Enrolment.parse(decodeJwt(body.enrolment));
    const { name, endpoint } = await verifyDocument(Enrolment, 'ocx-enrolment+jwt', body.enrolment, jwk);
    const usedBy = this.codes.get(body.code);
    if (!this.codes.has(body.code) || (usedBy !== undefined && usedBy !== jwk.x)) {
      this.refusedEnrolments += 1;
      reply(response, 403, { title: 'Forbidden', status: 403, detail: 'The code is not good.' });
      return;
    }
    await this.challenge(endpoint, jwk);
    this.codes.set(body.code, jwk.x);
    let landlord = this.landlords.find((candidate) => candidate.jwk.x === jwk.x);
    if (!landlord) {
      landlord = { landlordId: `landlord-${randomBytes(16).toString('hex')}`, name, endpoint, jwk };
      this.landlords.push(landlord);
      this.identity.landlords.set(landlord.landlordId, { name, endpoint });
      this.identity.registerClient(landlord.landlordId, jwk);
    }
    const { landlordId } = landlord;
    reply(response, 201, { landlord_id: landlordId, exchange_jwk: this.key.jwk, issuer: this.identity.issuer });
  }

  private async move(id: string, signed: SignedMove, response: ServerResponse): Promise<void> {
    this.moves.push(signed);
    const landlord = this.landlords.find(({ landlordId }) => landlordId === id);
    if (!landlord || this.refuseMoves) {
      const { status, reason } = this.refuseMoves ?? { status: 404, reason: 'unknown' };
      reply(response, status, { title: 'Refused', status, reason, detail: 'The move was refused.' });
      return;
    }
    const last = this.moved.get(id);
    if (last?.sha256 !== documentHash(signed.move)) {
      const known = { ...landlord, id, moveSeq: last?.seq ?? 0, moveSha256: last?.sha256 ?? null };
      const { seq, sha256, endpoint, jwk } = await verifyMove(signed, known);
      await this.challenge(endpoint, jwk);
      this.moved.set(id, { seq, sha256 });
      Object.assign(landlord, { endpoint, jwk });
      this.identity.registerClient(id, jwk);
    }
    reply(response, 200, { landlord_id: id, seq: this.moved.get(id)?.seq, endpoint: landlord.endpoint });
  }

  private async challenge(endpoint: string, jwk: PublicJwk): Promise<void> {
    const nonce = randomBytes(24).toString('base64url');
    const answer = await fetch(`${endpoint}/landlord/v1/challenge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ nonce, endpoint, exchange: this.url }),
    });
    const { answer: jws } = (await answer.json()) as { answer: string };
    const signed = await verifyDocument(ChallengeAnswer, 'ocx-challenge+jwt', jws, jwk);
    if (signed.nonce !== nonce || signed.endpoint !== endpoint || signed.exchange !== this.url) {
      throw new Error('The challenge was answered wrongly.');
    }
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
