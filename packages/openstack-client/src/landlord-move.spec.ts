import type { LandlordMove } from '@ocx/openstack-api/exchange/documents';
import { beforeAll, describe, expect, it } from 'vitest';
import { documentHash } from './documents.js';
import { type MovingLandlord, signMove, verifyMove } from './landlord-move.js';
import { SigningKey } from './signing-key.js';

const ID = `landlord-${'a'.repeat(32)}`;

describe('a landlord that moves', () => {
  let key: SigningKey;
  let next: SigningKey;
  let landlord: MovingLandlord;

  beforeAll(async () => {
    [key, next] = await Promise.all([SigningKey.generate(), SigningKey.generate()]);
    landlord = { id: ID, jwk: key.jwk, endpoint: 'http://one.test', moveSeq: 0, moveSha256: null };
  });

  const move = (change: Partial<LandlordMove> = {}): LandlordMove => ({
    landlord_id: ID,
    exchange: 'http://exchange.test',
    seq: 1,
    prev: null,
    endpoint: 'http://two.test/',
    jwk: key.jwk,
    issued_at: '2026-01-01T00:00:00.000Z',
    ...change,
  });

  it('says where it is from now on', async () => {
    const signed = await signMove(move(), key);
    expect(await verifyMove(signed, landlord)).toEqual({
      seq: 1,
      sha256: documentHash(signed.move),
      exchange: 'http://exchange.test',
      endpoint: 'http://two.test',
      jwk: key.jwk,
      jkt: key.thumbprint,
      isNewKey: false,
      issuedAt: new Date('2026-01-01T00:00:00.000Z'),
    });
  });

  it('takes a new key, which agrees', async () => {
    const signed = await signMove(move({ jwk: next.jwk, endpoint: landlord.endpoint }), key, next);
    expect(await verifyMove(signed, landlord)).toMatchObject({ jkt: next.thumbprint, isNewKey: true });
  });

  it('goes on from its last move only', async () => {
    const first = await signMove(move(), key);
    const moved = { ...landlord, endpoint: 'http://two.test', moveSeq: 1, moveSha256: documentHash(first.move) };
    const second = move({ seq: 2, prev: moved.moveSha256, endpoint: 'http://three.test' });
    expect(await verifyMove(await signMove(second, key), moved)).toMatchObject({ seq: 2 });
    await expect(verifyMove(first, moved)).rejects.toMatchObject({ reason: 'move_replayed' });
    for (const wrong of [{ prev: null }, { prev: '0'.repeat(64) }, { seq: 3 }]) {
      const signed = await signMove({ ...second, ...wrong }, key);
      await expect(verifyMove(signed, moved)).rejects.toMatchObject({ reason: 'move_out_of_order' });
    }
    await expect(verifyMove(await signMove(move({ prev: '0'.repeat(64) }), key), landlord)).rejects.toMatchObject({
      reason: 'move_out_of_order',
    });
  });

  it('is nobody else', async () => {
    const stranger = await SigningKey.generate();
    const by = (signer: SigningKey, change: Record<string, unknown> = {}) => signMove({ ...move(), ...change }, signer);
    const wrong = [
      by(stranger),
      by(next, { jwk: next.jwk }),
      by(key, { landlord_id: `landlord-${'b'.repeat(32)}` }),
      by(key, { region: 'harvard' }),
      by(key, { endpoint: 'file:///etc/passwd' }),
      key.sign('ocx-enrolment+jwt', move()).then((jws) => ({ move: jws })),
    ];
    for (const signed of wrong) {
      await expect(verifyMove(await signed, landlord)).rejects.toMatchObject({ reason: 'document_refused' });
    }
  });

  it('brings no key that has not agreed to this very move', async () => {
    const signed = await signMove(move({ jwk: next.jwk }), key, next);
    const other = await signMove(move({ jwk: next.jwk, endpoint: 'http://three.test' }), key, next);
    const stranger = await SigningKey.generate();
    const wrong = [
      { move: signed.move },
      { move: signed.move, consent: other.consent ?? '' },
      await signMove(move({ jwk: next.jwk }), key, stranger),
      await signMove(move({ jwk: next.jwk }), key, key),
    ];
    for (const one of wrong) {
      await expect(verifyMove(one, landlord)).rejects.toMatchObject({ reason: 'consent_refused' });
    }
  });

  it('changes something', async () => {
    const same = await signMove(move({ endpoint: landlord.endpoint }), key);
    await expect(verifyMove(same, landlord)).rejects.toMatchObject({ reason: 'move_changes_nothing' });
  });
});
