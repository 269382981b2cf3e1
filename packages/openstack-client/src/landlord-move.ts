import { calculateJwkThumbprint } from 'jose';
import type { z } from 'zod';
import { LandlordMove, MoveConsent, type PublicJwk, type SignedMove } from '@ocx/openstack-api/exchange/documents';
import { documentHash, DocumentRefused, verifyDocument } from './documents.js';
import type { SigningKey } from './signing-key.js';

const MOVE_TYP = 'ocx-move+jwt';
const CONSENT_TYP = 'ocx-move-consent+jwt';

/** Why a move is not carried out, for the landlord and in these words for its log. */
export type MoveReason =
  'document_refused' | 'consent_refused' | 'move_replayed' | 'move_out_of_order' | 'move_changes_nothing';

/** The move is not this landlord's next one. */
export class MoveRefused extends Error {
  override name = 'MoveRefused';

  constructor(
    readonly reason: MoveReason,
    message: string,
  ) {
    super(message);
  }
}

/** What is known of a landlord before it moves. */
export interface MovingLandlord {
  readonly id: string;
  readonly jwk: PublicJwk;
  /** Without a trailing slash. */
  readonly endpoint: string;
  /** Number and SHA-256 of its last move; 0 and null before the first. */
  readonly moveSeq: number;
  readonly moveSha256: string | null;
}

/** Where the landlord is, and what it signs with, from the move on. */
export interface VerifiedMove {
  readonly seq: number;
  readonly sha256: string;
  readonly exchange: string;
  /** Without a trailing slash. */
  readonly endpoint: string;
  readonly jwk: PublicJwk;
  /** RFC 7638 thumbprint of `jwk`. */
  readonly jkt: string;
  /** Whether `jwk` is another key than before. */
  readonly isNewKey: boolean;
  readonly issuedAt: Date;
}

/** A landlord's next move: signed by its present key and, when that changes, by the new one. */
export async function signMove(move: LandlordMove, key: SigningKey, newKey?: SigningKey): Promise<SignedMove> {
  const jws = await key.sign(MOVE_TYP, move);
  if (!newKey) return { move: jws };
  const consent: MoveConsent = { landlord_id: move.landlord_id, move_sha256: documentHash(jws) };
  return { move: jws, consent: await newKey.sign(CONSENT_TYP, consent) };
}

/**
 * Checks that a move is the landlord's own, the one after its last, and that a new key agrees to it. Throws
 * {@link MoveRefused}. The endpoint is the caller's to check.
 */
export async function verifyMove({ move, consent }: SignedMove, landlord: MovingLandlord): Promise<VerifiedMove> {
  const document = await read(LandlordMove, MOVE_TYP, move, landlord.jwk, 'document_refused');
  if (document.landlord_id !== landlord.id) throw new MoveRefused('document_refused', 'It is of another landlord.');
  if (document.seq <= landlord.moveSeq) {
    throw new MoveRefused('move_replayed', `Move ${String(document.seq)} was made before.`);
  }
  if (document.seq !== landlord.moveSeq + 1 || document.prev !== landlord.moveSha256) {
    throw new MoveRefused('move_out_of_order', `It does not follow move ${String(landlord.moveSeq)}.`);
  }
  const sha256 = documentHash(move);
  const [jkt, before] = await Promise.all([document.jwk, landlord.jwk].map((jwk) => calculateJwkThumbprint(jwk)));
  const isNewKey = jkt !== before;
  if (isNewKey) await checkConsent(consent, { landlordId: landlord.id, sha256, jwk: document.jwk });
  const endpoint = document.endpoint.replace(/\/+$/, '');
  if (!isNewKey && endpoint === landlord.endpoint) {
    throw new MoveRefused('move_changes_nothing', 'Endpoint and key are what they were.');
  }
  const { seq, exchange, jwk, issued_at: issuedAt } = document;
  return { seq, sha256, exchange, endpoint, jwk, jkt: jkt ?? '', isNewKey, issuedAt: new Date(issuedAt) };
}

async function checkConsent(
  consent: string | undefined,
  to: { landlordId: string; sha256: string; jwk: PublicJwk },
): Promise<void> {
  if (consent === undefined) throw new MoveRefused('consent_refused', 'The new key has not signed.');
  const { landlord_id, move_sha256 } = await read(MoveConsent, CONSENT_TYP, consent, to.jwk, 'consent_refused');
  if (landlord_id !== to.landlordId || move_sha256 !== to.sha256) {
    throw new MoveRefused('consent_refused', 'The new key has signed another move.');
  }
}

async function read<T extends z.ZodType>(
  schema: T,
  typ: string,
  jws: string,
  jwk: PublicJwk,
  reason: MoveReason,
): Promise<z.infer<T>> {
  try {
    return await verifyDocument(schema, typ, jws, jwk);
  } catch (error) {
    if (error instanceof DocumentRefused) throw new MoveRefused(reason, error.message);
    throw error;
  }
}
