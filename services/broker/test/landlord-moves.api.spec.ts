import type { LandlordMove, SignedMove } from '@ocx/openstack-api/exchange/documents';
import { documentHash } from '@ocx/openstack-client/documents';
import { signMove } from '@ocx/openstack-client/landlord-move';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { OrdersService } from '../src/market/orders/orders.service.js';
import { TestExchange } from './market-exchange.js';
import { LandlordDouble } from './market-landlord.js';

const EVENTUALLY = { timeout: 15_000, interval: 50 };

let exchange: TestExchange;
let landlord: LandlordDouble;
let other: LandlordDouble;
const last = new Map<LandlordDouble, { seq: number; sha256: string | null }>();

beforeAll(async () => {
  exchange = await TestExchange.start();
  landlord = await exchange.landlord('harvard');
  other = await exchange.landlord('mit');
  landlord.offer();
  await exchange.offered(landlord);
});
afterAll(() => exchange.stop());

const next = (of: LandlordDouble, change: object = {}): LandlordMove => {
  const { seq, sha256 } = last.get(of) ?? { seq: 0, sha256: null };
  return {
    landlord_id: of.id,
    exchange: exchange.url,
    seq: seq + 1,
    prev: sha256,
    endpoint: of.url,
    jwk: of.key.jwk,
    issued_at: new Date().toISOString(),
    ...change,
  };
};
const send = (signed: unknown, id = landlord.id) =>
  exchange.call('POST', `/exchange/v1/landlords/${id}/moves`, { body: signed });
const done = (of: LandlordDouble, { move }: SignedMove) => {
  last.set(of, { seq: decodeJwt<LandlordMove>(move).seq, sha256: documentHash(move) });
};
/** The landlord moves, and goes on with what it has then. */
async function moved(of: LandlordDouble, to: { url?: string; key?: SigningKey }): Promise<SignedMove> {
  const move = next(of, { ...(to.url ? { endpoint: to.url } : {}), ...(to.key ? { jwk: to.key.jwk } : {}) });
  const signed = await signMove(move, of.key, to.key);
  of.nextKey = to.key;
  const answer = await send(signed, of.id);
  expect(answer.body).toMatchObject({ landlord_id: of.id, seq: move.seq });
  expect(answer.status).toBe(200);
  done(of, signed);
  of.url = to.url ?? of.url;
  of.key = to.key ?? of.key;
  of.nextKey = undefined;
  return signed;
}
const shown = async (of: LandlordDouble) =>
  (await exchange.call('GET', `/exchange/v1/landlords/${of.id}`, { token: await exchange.token() })).body['landlord'];
const dropped = async (of: LandlordDouble): Promise<Record<string, number>> =>
  (await exchange.call('GET', `/exchange/v1/landlords/${of.id}/misbehaviour`, { token: await exchange.operator() }))
    .body['dropped'];
const order = async () => {
  const orders = exchange.broker.get(OrdersService, { strict: false });
  const request = { resourceType: 'server', productId: 'm1.tiny', quantity: 1 } as const;
  const { lease } = await orders.place(await exchange.principal(), request, () => Promise.resolve());
  return lease;
};

describe('a landlord that moves', () => {
  it('is called at its new address, and its new signature counts', async () => {
    const url = await landlord.listenAlso();
    const key = await SigningKey.generate();
    const signed = await moved(landlord, { url, key });
    expect(await shown(landlord)).toMatchObject({ region: 'harvard', jkt: key.thumbprint, reachable: true });
    expect(exchange.identity.moves).toContain(signed.move);
    landlord.offer({ product: { type: 'server', id: 'm1.small' } });
    await exchange.offered(landlord);
    const lease = await order();
    expect(lease).toMatchObject({ landlordId: landlord.id });
    expect(await dropped(landlord)).toEqual({});
    const again = await send(signed);
    expect([again.status, again.body['seq']]).toEqual([200, 1]);
    expect(exchange.identity.moves.filter((move) => move === signed.move)).toHaveLength(1);
  });

  it('has what its former key signed before, and nothing that it signs afterwards', async () => {
    const former = landlord.key;
    await moved(landlord, { key: await SigningKey.generate() });
    // Signed on the way: an honest landlord hears of its move only now.
    await landlord.emit({ kind: 'offers' }, former);
    landlord.offer({ capacity: 7 });
    await exchange.offered(landlord);
    expect(await dropped(landlord)).toEqual({});
    await landlord.emit({ kind: 'offers', at: new Date(Date.now() + 120_000).toISOString() }, former);
    await vi.waitFor(async () => {
      expect(await dropped(landlord)).toEqual({ event_refused: 1 });
    }, EVENTUALLY);
    // A gap, which makes the broker read everything anew: the feed goes on.
    landlord.offer({ capacity: 8 });
    await exchange.offered(landlord);
  });

  it('is where it was when its old address is gone', async () => {
    const double = await exchange.landlord('yale');
    const url = await double.listenAlso();
    await moved(double, { url });
    await double.closeFirst();
    double.offer();
    await exchange.offered(double);
    expect(await shown(double)).toMatchObject({ reachable: true });
  });

  it('goes on after a crash of the exchange, or a silence of identity', async () => {
    const key = await SigningKey.generate();
    const signed = await signMove(next(landlord, { jwk: key.jwk }), landlord.key, key);
    landlord.nextKey = key;
    exchange.identity.refuseMoves = 503;
    const answer = await send(signed);
    expect(answer.body).toMatchObject({ status: 503, reason: 'identity_refused' });
    expect(await shown(landlord)).toMatchObject({ jkt: landlord.key.thumbprint });
    // While this one is under way, no other is.
    const rival = await signMove(next(landlord, { jwk: key.jwk, endpoint: landlord.url + '/' }), landlord.key, key);
    const late = { ...next(landlord, { jwk: key.jwk }), issued_at: new Date(Date.now() + 1).toISOString() };
    for (const move of [rival, await signMove(late, landlord.key, key)]) {
      expect((await send(move)).body).toMatchObject({ status: 409, reason: 'move_out_of_order' });
    }
    exchange.identity.refuseMoves = undefined;
    await exchange.close();
    await exchange.open();
    await vi.waitFor(async () => {
      expect(await shown(landlord)).toMatchObject({ jkt: key.thumbprint });
    }, EVENTUALLY);
    expect((await send(signed)).status).toBe(200);
    done(landlord, signed);
    landlord.key = key;
    landlord.nextKey = undefined;
  });

  it('is told when identity takes no such move, and stays where it is', async () => {
    const url = await landlord.listenAlso();
    exchange.identity.refuseMoves = 409;
    const refused = await send(await signMove(next(landlord, { endpoint: url }), landlord.key));
    expect(refused.body).toMatchObject({ status: 409, reason: 'identity_refused' });
    exchange.identity.refuseMoves = undefined;
    await moved(landlord, { url });
  });
});

describe('a move is refused', () => {
  let stranger: SigningKey;
  beforeEach(async () => {
    stranger = await SigningKey.generate();
  });
  const refused = async (signed: unknown, status: number, reason: string, id = landlord.id) => {
    const before = await shown(landlord);
    expect((await send(signed, id)).body).toMatchObject({ status, reason });
    expect(await shown(landlord)).toEqual(before);
  };
  const by = (key: SigningKey, change: object = {}, consent?: SigningKey) =>
    signMove(next(landlord, change), key, consent);

  it('that another landlord has signed', async () => {
    await refused(await by(other.key, { endpoint: other.url }), 400, 'document_refused');
  });

  it('without the signature of the present key', async () => {
    await refused(await by(stranger, { jwk: stranger.jwk }, stranger), 400, 'document_refused');
  });

  it('without the signature of the new key, or with one for another move', async () => {
    await refused(await by(landlord.key, { jwk: stranger.jwk }), 400, 'consent_refused');
    const { consent } = await by(landlord.key, { jwk: stranger.jwk, endpoint: 'http://127.0.0.1:1' }, stranger);
    await refused({ ...(await by(landlord.key, { jwk: stranger.jwk })), consent }, 400, 'consent_refused');
  });

  it('that was made before, or comes too early', async () => {
    const older = await moved(landlord, { url: await landlord.listenAlso() });
    await moved(landlord, { key: stranger });
    await refused(older, 409, 'move_replayed');
    const { seq } = next(landlord);
    await refused(await by(landlord.key, { seq: seq + 1, endpoint: other.url }), 409, 'move_out_of_order');
    await refused(await by(landlord.key, { prev: null, endpoint: other.url }), 409, 'move_out_of_order');
    await refused(await by(landlord.key, { seq: 1, prev: null, endpoint: other.url }), 409, 'move_replayed');
    await refused(await by(landlord.key), 409, 'move_changes_nothing');
  });

  it('of yesterday, or at another exchange', async () => {
    const issued_at = new Date(Date.now() - 86_400_000).toISOString();
    await refused(await by(landlord.key, { issued_at, endpoint: other.url }), 400, 'document_stale');
    const elsewhere = { exchange: 'http://elsewhere.test', endpoint: other.url };
    await refused(await by(landlord.key, elsewhere), 400, 'document_refused');
  });

  it('to another region or name', async () => {
    for (const change of [{ region: 'mit' }, { name: 'mit' }]) {
      await refused(await by(landlord.key, { ...change, endpoint: other.url }), 400, 'document_refused');
    }
  });

  it('to where another landlord, or nobody, answers', async () => {
    await refused(await by(landlord.key, { endpoint: other.url }), 400, 'challenge_failed');
    await refused(await by(landlord.key, { endpoint: 'http://127.0.0.1:1' }), 400, 'challenge_failed');
  });

  it.each([
    'http://169.254.169.254',
    'http://10.0.0.1',
    'http://[::1]',
    'http://user:secret@127.0.0.1',
    'http://a.test?b',
  ])('to %s', async (endpoint) => {
    await refused(await by(landlord.key, { endpoint }), 400, 'endpoint_refused');
  });

  it('to a key that is, or was, a landlord’s', async () => {
    await refused(await by(landlord.key, { jwk: other.key.jwk }, other.key), 409, 'key_taken');
    const former = landlord.key;
    await moved(landlord, { key: stranger });
    await refused(await by(landlord.key, { jwk: former.jwk }, former), 409, 'key_taken');
    const enrolment = await landlord.enrolment({ name: 'thief', region: 'thief', jwk: former.jwk }, former);
    landlord.nextKey = former;
    const code = await exchange.code();
    const again = await exchange.call('POST', '/exchange/v1/landlords', { body: { code, enrolment } });
    expect(again.body).toMatchObject({ status: 409, reason: 'key_taken' });
    landlord.nextKey = undefined;
  });

  it('by an enrolment document instead', async () => {
    const code = await exchange.code();
    const enrolment = await landlord.enrolment({ endpoint: await landlord.listenAlso() });
    const answer = await exchange.call('POST', '/exchange/v1/landlords', { body: { code, enrolment } });
    expect(answer.body).toMatchObject({ status: 409, reason: 'already_enrolled' });
  });

  it('when it is none, or of nobody', async () => {
    expect((await send({ move: 'garbage' })).body).toMatchObject({ status: 400, reason: 'document_refused' });
    expect((await send({})).status).toBe(400);
    expect((await send({ ...(await by(landlord.key)), more: 1 })).status).toBe(400);
    expect((await send(await by(landlord.key), `landlord-${'e'.repeat(32)}`)).status).toBe(404);
    expect((await send(await by(landlord.key), 'harvard')).status).toBe(400);
  });
});
