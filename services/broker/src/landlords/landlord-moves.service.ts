import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { SignedMove } from '@ocx/openstack-api/exchange/documents';
import { documentHash } from '@ocx/openstack-client/documents';
import { MoveRefused, type VerifiedMove, verifyMove } from '@ocx/openstack-client/landlord-move';
import { Conflict, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import { BROKER_CONFIG, BrokerConfig } from '../broker.config.js';
import { EndpointChallenge } from './endpoint-challenge.js';
import { IdentityRegistry } from './identity-registry.js';
import { LandlordMovesRepository, type PendingMove } from './landlord-moves.repository.js';
import type { Landlord } from './landlord.js';
import { LandlordsRepository } from './landlords.repository.js';
import { LandlordsService } from './landlords.service.js';

/** A move is good this long after it was signed. Milliseconds. */
const DOCUMENT_AGE_MS = 10 * 60_000;

/**
 * A landlord's new endpoint or key (docs/protocol.md). Identity learns of it first and takes both keys meanwhile; then it
 * is in force here, in one transaction. What a crash cuts in half is taken up at the next start, or when the landlord asks
 * again.
 */
@Injectable()
export class LandlordMovesService implements OnApplicationBootstrap {
  private readonly logger = new Logger(LandlordMovesService.name);

  constructor(
    @Inject(BROKER_CONFIG) private readonly config: BrokerConfig,
    private readonly moves: LandlordMovesRepository,
    private readonly repository: LandlordsRepository,
    private readonly landlords: LandlordsService,
    private readonly registry: IdentityRegistry,
    private readonly challenge: EndpointChallenge,
  ) {}

  onApplicationBootstrap(): void {
    void this.finish().catch((error: unknown) => {
      this.logger.warn(`a landlord's move waits for the landlord to ask again: ${String(error)}`);
    });
  }

  /**
   * Puts the landlord where its own signed move says; the last one again changes nothing. Throws `NotFound`,
   * `InvalidInput` (document, consent, endpoint), `Conflict` (not its next move, a key that is somebody's),
   * `BackendUnavailable` (identity); each with its reason.
   */
  async move(id: string, signed: SignedMove): Promise<Landlord> {
    const landlord = await this.known(id);
    const sha256 = documentHash(signed.move);
    if (sha256 === landlord.moveSha256) return landlord;
    const seen = await this.moves.bySha256(sha256);
    if (seen?.appliedAt) throw new Conflict('This move was made before.', { reason: 'move_replayed' });
    const move = await verifyMove(signed, landlord).catch(refuse);
    if (!seen) {
      await this.check(landlord, move);
      const { move: document, consent = null } = signed;
      const pending = { landlordId: id, seq: move.seq, move: document, consent, sha256 };
      if (!(await this.moves.begin(pending)) && !(await this.moves.bySha256(sha256))) {
        throw new Conflict('Another move is under way.', { reason: 'move_out_of_order' });
      }
    }
    return this.carryOut(landlord, move, signed);
  }

  private async known(id: string): Promise<Landlord> {
    const landlord = (await this.repository.isRegistered(id)) ? await this.repository.byId(id) : undefined;
    if (!landlord || landlord.state === 'gone') throw new NotFound(`Landlord ${id} could not be found.`);
    return landlord;
  }

  private async check(landlord: Landlord, move: VerifiedMove): Promise<void> {
    if (move.exchange !== this.config.OCX_PUBLIC_URL) {
      throw new InvalidInput('The move is at another exchange.', { reason: 'document_refused' });
    }
    if (Math.abs(Date.now() - move.issuedAt.getTime()) > DOCUMENT_AGE_MS) {
      throw new InvalidInput('The move was not signed just now.', { reason: 'document_stale' });
    }
    if (move.isNewKey && (await this.repository.isKnownKey(move.jkt))) {
      throw new Conflict('The new key is, or was, a landlord’s.', { reason: 'key_taken' });
    }
    await this.challenge.prove(move.endpoint, move.jwk, move.jkt, this.config.OCX_PUBLIC_URL);
    this.logger.log(`landlord ${landlord.name} (${landlord.id}) answers at ${move.endpoint} with key ${move.jkt}`);
  }

  private async carryOut(landlord: Landlord, move: VerifiedMove, signed: SignedMove): Promise<Landlord> {
    await this.registry.moveLandlord(landlord.id, signed).catch(async (error: unknown) => {
      if (error instanceof Conflict) {
        await this.moves.abandon({ landlordId: landlord.id, ...move, move: signed.move, consent: null });
      }
      throw error;
    });
    await this.moves.apply(landlord.id, move);
    this.landlords.forget();
    this.logger.log(
      `landlord ${landlord.name} (${landlord.id}) moved from ${landlord.endpoint} to ${move.endpoint}, ` +
        `from key ${landlord.jkt} to ${move.jkt}`,
    );
    return this.known(landlord.id);
  }

  private async finish(): Promise<void> {
    for (const pending of await this.moves.pending()) {
      const landlord = await this.known(pending.landlordId);
      const signed = signedOf(pending);
      await this.carryOut(landlord, await verifyMove(signed, landlord), signed);
    }
  }
}

const signedOf = ({ move, consent }: PendingMove): SignedMove => ({ move, ...(consent === null ? {} : { consent }) });

function refuse(error: unknown): never {
  if (!(error instanceof MoveRefused)) throw error;
  const { reason, message } = error;
  const isOfOrder = reason !== 'document_refused' && reason !== 'consent_refused';
  throw isOfOrder
    ? new Conflict(`The move was refused. ${message}`, { reason })
    : new InvalidInput(`The move was refused. ${message}`, { reason });
}
