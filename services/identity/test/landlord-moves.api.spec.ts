import type { LandlordMove } from '@ocx/openstack-api/exchange/documents';
import { ATTACHMENT_GRANT_TYPE } from '@ocx/openstack-api/exchange/tokens';
import { documentHash } from '@ocx/openstack-client/documents';
import { signMove } from '@ocx/openstack-client/landlord-move';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import pg from 'pg';
import { assertionOf } from './broker-party.js';
import { ExchangeParties, GRANITE, HARVARD } from './exchange-parties.js';
import { IdentityProcess } from './identity-process.js';

let identity: IdentityProcess;
let parties: ExchangeParties;
let tenant: { token: string };
let key: SigningKey;
let seq: number;
let prev: string | null;

beforeAll(async () => {
  identity = await IdentityProcess.start();
  parties = await ExchangeParties.enrol(identity);
  tenant = await identity.member('tenant');
  key = parties.keyOf(HARVARD);
  [seq, prev] = [0, null];
});
afterAll(() => identity.stop());

const route = (id = HARVARD) => `/v3/OS-OCX/landlords/${id}/moves`;
const send = (signed: object, id = HARVARD) => parties.broker.call('POST', route(id), signed);
const next = (change: Partial<LandlordMove> = {}): LandlordMove => ({
  landlord_id: HARVARD,
  exchange: 'http://exchange.test',
  seq: seq + 1,
  prev,
  endpoint: `http://harvard-${String(seq + 1)}.test`,
  jwk: key.jwk,
  issued_at: new Date().toISOString(),
  ...change,
});
/** Moves the landlord, and remembers where it is. */
async function moved(change: Partial<LandlordMove> = {}, newKey?: SigningKey) {
  const signed = await signMove(next({ ...change, ...(newKey ? { jwk: newKey.jwk } : {}) }), key, newKey);
  expect((await send(signed)).status).toBe(204);
  [seq, prev, key] = [seq + 1, documentHash(signed.move), newKey ?? key];
  return signed;
}
const revokedTokens = async (by: SigningKey, id = HARVARD) => {
  const authorization = `Bearer ${await assertionOf(identity, by, id)}`;
  return (await identity.call('GET', '/v3/OS-OCX/revoked-tokens', { headers: { authorization } })).status;
};
async function sql(statement: string, values: unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: identity.installation.databaseUrl });
  await client.connect();
  await client.query(statement, values);
  await client.end();
}
const grantTo = async (jkt: string) => {
  const connector = { landlord_id: HARVARD, jkt };
  const ids = { id: randomUUID(), volume_id: randomUUID(), server_id: randomUUID() };
  const access = { type: 'ocx:landlord', actions: ['attach'], attachment: { ...ids, mode: 'rw', connector } };
  const asked = { requested_token_type: ATTACHMENT_GRANT_TYPE };
  return (await parties.ordered(tenant.token, GRANITE, [access], asked)).body;
};

describe('a landlord that moves', () => {
  it('takes its new endpoint and its new key by its own signature', async () => {
    const before = key;
    await moved();
    const fresh = await SigningKey.generate();
    const signed = await moved({}, fresh);
    expect((await send(signed)).status).toBe(204);
    expect(await revokedTokens(fresh)).toBe(200);
    // What the former key signed while the landlord learned of its move.
    expect(await revokedTokens(before)).toBe(200);
    for (const jkt of [fresh.thumbprint, before.thumbprint]) {
      const grant = (await grantTo(jkt)).access_token as string;
      expect(decodeJwt(grant)).toMatchObject({ cnf: { jkt } });
    }
  });

  it('has its former key taken a while longer, and not for good', async () => {
    const former = key;
    await moved({}, await SigningKey.generate());
    expect(await revokedTokens(former)).toBe(200);
    const past = new Date(Date.now() - 1_000).toISOString();
    await sql(`UPDATE landlords SET former_keys = jsonb_set(former_keys, '{-1,until}', $1) WHERE id = $2`, [
      JSON.stringify(past),
      HARVARD,
    ]);
    expect(await revokedTokens(former)).toBe(401);
    expect((await grantTo(former.thumbprint)).error).toBe('invalid_authorization_details');
    expect(await revokedTokens(key)).toBe(200);
  });

  it('never takes back a key that a landlord has given up, nor one of another', async () => {
    const former = key;
    await moved({}, await SigningKey.generate());
    const back = await send(await signMove(next({ jwk: former.jwk }), key, former));
    expect([back.status, back.body.error.title]).toEqual([409, 'Conflict']);
    const granite = parties.keyOf(GRANITE);
    const stolen = await send(await signMove(next({ jwk: granite.jwk }), key, granite));
    expect([stolen.status, stolen.text]).toEqual([409, expect.stringContaining('belongs to another landlord')]);
    const stranger = { name: 'yale', kind: 'compute', region: 'yale', endpoint: 'http://yale.test', jwk: former.jwk };
    const other = await parties.broker.call('PUT', `/v3/OS-OCX/landlords/landlord-${'d'.repeat(32)}`, stranger);
    expect(other.status).toBe(409);
  });

  it('keeps its key whatever the broker says by itself', async () => {
    const said = (jwk: object) => ({
      name: 'harvard',
      kind: 'compute',
      region: 'harvard',
      endpoint: 'http://x.test',
      jwk,
    });
    const path = `/v3/OS-OCX/landlords/${HARVARD}`;
    const other = await parties.broker.call('PUT', path, said((await SigningKey.generate()).jwk));
    expect([other.status, other.text]).toEqual([409, expect.stringContaining('the present key has signed')]);
    expect((await parties.broker.call('PUT', path, said(key.jwk))).status).toBe(204);
    // And what it says goes on from the same move as before.
    await moved();
  });
});

describe('a move is refused', () => {
  let stranger: SigningKey;
  beforeEach(async () => {
    stranger = await SigningKey.generate();
  });

  it.each([
    ['of another landlord’s key', async () => signMove(next(), parties.keyOf(GRANITE)), 400, 'document_refused'],
    ['of the new key alone', async () => signMove(next({ jwk: stranger.jwk }), stranger), 400, 'document_refused'],
    ['for another landlord', async () => signMove(next({ landlord_id: GRANITE }), key), 400, 'document_refused'],
    [
      'with another region',
      async () => signMove({ ...next(), region: 'mit' } as LandlordMove, key),
      400,
      'document_refused',
    ],
    ['without the new key', async () => signMove(next({ jwk: stranger.jwk }), key), 400, 'consent_refused'],
    ['that skips one', async () => signMove(next({ seq: seq + 2 }), key), 409, 'move_out_of_order'],
    ['that follows another', async () => signMove(next({ prev: '0'.repeat(64) }), key), 409, 'move_out_of_order'],
  ])('%s', async (_what, signed, status, reason) => {
    const answer = await send(await signed());
    expect([answer.status, answer.body.error.code]).toEqual([status, status]);
    expect(answer.body.error.message).toContain(reason);
  });

  it('that was made before', async () => {
    const older = await moved();
    await moved();
    const again = await send(older);
    expect([again.status, again.text]).toEqual([409, expect.stringContaining('move_replayed')]);
  });

  it('when it is none, or of nobody', async () => {
    expect((await send({ move: 'garbage' })).status).toBe(400);
    expect((await send({})).status).toBe(400);
    expect((await send({ ...(await signMove(next(), key)), more: 1 })).status).toBe(400);
    expect((await send(await signMove(next(), key), `landlord-${'e'.repeat(32)}`)).status).toBe(404);
    expect((await send(await signMove(next(), key), 'harvard')).status).toBe(400);
  });

  it('from anybody but the broker', async () => {
    const json = await signMove(next(), key);
    const authorization = `Bearer ${await assertionOf(identity, key, HARVARD)}`;
    expect((await identity.call('POST', route(), { json, headers: { authorization } })).status).toBe(403);
    expect((await identity.call('POST', route(), { json, token: identity.adminToken })).status).toBe(403);
    expect((await identity.call('POST', route(), { json })).status).toBe(401);
  });

  it('but for one of two that are made at once', async () => {
    const both = await Promise.all(
      [1, 2].map((one) => signMove(next({ endpoint: `http://at-${String(one)}.test` }), key)),
    );
    const statuses = await Promise.all(both.map(async (signed) => (await send(signed)).status));
    expect(statuses.sort()).toEqual([204, 409]);
  });
});
