import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LANDLORD_TOKEN_MAX_SECONDS } from '@ocx/openstack-api/exchange/tokens';
import type { SignedMove } from '@ocx/openstack-api/exchange/documents';
import { documentHash } from '@ocx/openstack-client/documents';
import { HttpClient, type HttpResponse } from '@ocx/openstack-client/http';
import { signMove } from '@ocx/openstack-client/landlord-move';
import type { SigningKey } from '@ocx/openstack-client/signing-key';
import { z } from 'zod';
import type { LandlordEnrolment } from '../enrolment/enrolment.js';
import { LandlordKeys } from '../enrolment/landlord-keys.js';
import { LandlordParty } from '../enrolment/landlord-party.js';
import { LANDLORD_OPTIONS, type LandlordOptions } from '../landlord-options.js';
import type { AskedMove } from './asked-move.js';
import { LandlordMovesRepository } from './landlord-moves.repository.js';
import { SecondPort } from './second-port.js';

const LOOK_EVERY_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** The exchange calls back with a challenge before it answers. */
const DEADLINE_MS = 30_000;
/** Whoever holds a token from before the move may not have heard of it. */
const FORMER_ENDPOINT_MS = LANDLORD_TOKEN_MAX_SECONDS * 1_000;
const REFUSALS: readonly number[] = [400, 403, 404, 409];

const Refusal = z.object({ detail: z.string().max(1024).optional(), reason: z.string().max(64).optional() });

/**
 * Carries out the move that the administrator asked for (docs/landlord.md), while the service runs: answers for both
 * places, tells the exchange, and goes on from the new one. After a crash it begins where it was.
 */
@Injectable()
export class LandlordMover implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Move');
  private readonly stopping = new AbortController();
  private work: Promise<void> = Promise.resolve();

  constructor(
    @Inject(LANDLORD_OPTIONS) private readonly options: LandlordOptions,
    private readonly party: LandlordParty,
    private readonly keys: LandlordKeys,
    private readonly moves: LandlordMovesRepository,
    private readonly port: SecondPort,
    private readonly http: HttpClient,
  ) {}

  onApplicationBootstrap(): void {
    this.work = this.follow();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.work;
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    let pauseMs = LOOK_EVERY_MS;
    while (!this.isStopping()) {
      try {
        await this.look();
        pauseMs = LOOK_EVERY_MS;
      } catch (error) {
        if (this.isStopping()) return;
        this.logger.warn(`not moved yet: ${error instanceof Error ? error.message : 'unknown error'}`);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    if (!this.party.current()) return;
    await this.party.refresh();
    const enrolled = this.party.enrolled();
    const asked = await this.moves.underWay();
    if (asked) {
      await this.carryOut(asked, enrolled);
      return;
    }
    this.party.expect(undefined);
    await this.port.open(enrolled.port);
    const isSettled = (enrolled.formerEndpointUntil?.getTime() ?? 0) < Date.now();
    if (isSettled) this.port.keepOnly(enrolled.port);
  }

  private async carryOut(asked: AskedMove, enrolled: LandlordEnrolment): Promise<void> {
    const newKey = asked.newKey ? await this.newKey(asked) : undefined;
    const endpoint = asked.endpoint ?? enrolled.endpoint;
    const port = asked.endpoint === null ? enrolled.port : asked.port;
    this.party.expect({ endpoint, key: newKey ?? this.party.key });
    try {
      await this.port.open(enrolled.port);
      await this.port.open(port);
    } catch (error) {
      await this.refused(
        asked,
        enrolled,
        `Port ${String(asked.port)}: ${(error as NodeJS.ErrnoException).code ?? 'unusable'}.`,
      );
      return;
    }
    const signed = await this.signed(asked, enrolled, { endpoint, newKey });
    const answer = await this.tell(enrolled, signed);
    if (answer.status === 200) {
      await this.moves.complete({
        endpoint,
        keyThumbprint: (newKey ?? this.party.key).thumbprint,
        moveSeq: enrolled.moveSeq + 1,
        moveSha256: documentHash(signed.move),
        formerEndpoint: enrolled.endpoint,
        formerEndpointUntil: new Date(Date.now() + FORMER_ENDPOINT_MS),
        port,
      });
      await this.party.refresh();
      this.party.expect(undefined);
      this.logger.log(`Moved to ${endpoint} with key ${this.party.key.thumbprint}.`);
      return;
    }
    const { reason, detail } = Refusal.safeParse(answer.json()).data ?? {};
    // The exchange could not be told for a while: it is signed anew.
    if (reason === 'document_stale') await this.moves.dropDocument();
    else if (REFUSALS.includes(answer.status))
      await this.refused(asked, enrolled, `${reason ?? 'refused'}: ${detail ?? ''}`);
    else throw new Error(`the exchange answered ${String(answer.status)} ${reason ?? ''}`);
  }

  private async newKey(asked: AskedMove): Promise<SigningKey> {
    if (asked.keyThumbprint === null) {
      const made = await this.keys.add();
      await this.moves.useKey(made.thumbprint);
      asked.keyThumbprint = (await this.moves.underWay())?.keyThumbprint ?? made.thumbprint;
      if (asked.keyThumbprint !== made.thumbprint) await this.keys.remove(made.thumbprint);
    }
    if (!this.keys.find(asked.keyThumbprint)) await this.keys.read();
    const key = this.keys.find(asked.keyThumbprint);
    if (!key) throw new Error('the new key is not in OCX_DATA_DIR');
    return key;
  }

  private async signed(
    asked: AskedMove,
    enrolled: LandlordEnrolment,
    to: { endpoint: string; newKey: SigningKey | undefined },
  ): Promise<SignedMove> {
    if (asked.move === null) {
      const move = {
        landlord_id: enrolled.landlordId,
        exchange: enrolled.exchange,
        seq: enrolled.moveSeq + 1,
        prev: enrolled.moveSha256,
        endpoint: to.endpoint,
        jwk: (to.newKey ?? this.party.key).jwk,
        issued_at: new Date().toISOString(),
      };
      const made = await signMove(move, this.party.key, to.newKey);
      await this.moves.useDocument(made);
      const stored = await this.moves.underWay();
      [asked.move, asked.consent] = [stored?.move ?? made.move, stored?.consent ?? made.consent ?? null];
    }
    return { move: asked.move, ...(asked.consent === null ? {} : { consent: asked.consent }) };
  }

  private tell({ exchange, landlordId }: LandlordEnrolment, signed: SignedMove): Promise<HttpResponse> {
    return this.http.request({
      method: 'POST',
      url: `${this.options.config.OCX_EXCHANGE_URL ?? exchange}/exchange/v1/landlords/${landlordId}/moves`,
      headers: { 'content-type': 'application/json', accept: 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify(signed),
      deadlineMs: DEADLINE_MS,
      maxBytes: 65_536,
      signal: this.stopping.signal,
    });
  }

  private async refused(asked: AskedMove, enrolled: LandlordEnrolment, detail: string): Promise<void> {
    await this.moves.refuse(detail);
    this.party.expect(undefined);
    this.port.keepOnly(enrolled.port);
    if (asked.keyThumbprint !== null) await this.keys.remove(asked.keyThumbprint);
    this.logger.warn(`The move was refused. ${detail}`);
  }
}
