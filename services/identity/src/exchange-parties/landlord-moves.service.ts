import { Injectable } from '@nestjs/common';
import type { SignedMove } from '@ocx/openstack-api/exchange/documents';
import { documentHash } from '@ocx/openstack-client/documents';
import { MoveRefused, verifyMove } from '@ocx/openstack-client/landlord-move';
import { Conflict, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import { ExchangePartiesRepository, type Moved } from './exchange-parties.repository.js';
import type { FormerKey, MovedLandlord } from './exchange-party.js';

/** What a landlord signs with its former key while it learns that it has moved is still taken. Milliseconds. */
const FORMER_KEY_MS = 10 * 60_000;

/** Landlords change their endpoint and their key themselves: whoever passes their word on can neither make nor alter it. */
@Injectable()
export class LandlordMovesService {
  constructor(private readonly repository: ExchangePartiesRepository) {}

  /**
   * Puts the landlord where its own signed move says. The last move again changes nothing. Throws {@link NotFound},
   * {@link InvalidInput} for a document that is not the landlord's, {@link Conflict} for one that is not its next.
   */
  async move(id: string, signed: SignedMove): Promise<void> {
    const found = await this.repository.moveLandlord(id, (known) => next(known, signed));
    if (!found) throw new NotFound(`Could not find landlord: ${id}.`);
  }
}

async function next(known: MovedLandlord, signed: SignedMove): Promise<Moved | undefined> {
  if (known.moveSha256 === documentHash(signed.move)) return undefined;
  const move = await verifyMove(signed, known).catch((error: unknown) => {
    throw error instanceof MoveRefused ? refusal(error) : error;
  });
  const until = new Date(Date.now() + FORMER_KEY_MS).toISOString();
  const former: FormerKey = { jwk: known.jwk, thumbprint: known.thumbprint, until };
  return {
    endpoint: move.endpoint,
    jwk: move.jwk,
    thumbprint: move.jkt,
    moveSeq: move.seq,
    moveSha256: move.sha256,
    formerKeys: move.isNewKey ? [...known.formerKeys, former] : known.formerKeys,
  };
}

function refusal({ reason, message }: MoveRefused): Error {
  const isOfOrder = reason !== 'document_refused' && reason !== 'consent_refused';
  const words = `The move was refused (${reason}). ${message}`;
  return isOfOrder ? new Conflict(words) : new InvalidInput(words);
}
