import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { z } from 'zod';
import type { Enrolment } from '@ocx/openstack-api/exchange/documents';
import { PublicJwk } from '@ocx/openstack-api/exchange/documents';
import { LandlordId } from '@ocx/openstack-api/ids';
import { HttpClient } from '@ocx/openstack-client/http';
import { LANDLORD_OPTIONS, type LandlordOptions } from '../landlord-options.js';
import { LandlordEvents } from '../events/landlord-events.js';
import { LandlordFile } from '../offers/landlord-file.service.js';
import type { LandlordEnrolment } from './enrolment.js';
import { LandlordParty } from './landlord-party.js';

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 30_000;
/** The exchange calls back with a challenge before it answers. */
const ENROL_DEADLINE_MS = 30_000;

const ExchangeAbout = z.object({
  exchange: z.string().min(1).max(256),
  identity_url: z.url({ protocol: /^https?$/ }).max(256),
  issuer: z.string().min(1).max(256),
  jwk: PublicJwk,
});
type ExchangeAbout = z.infer<typeof ExchangeAbout>;

const Enrolled = z.object({ landlord_id: LandlordId, exchange_jwk: PublicJwk, issuer: z.string().min(1).max(256) });
const Refusal = z.object({ detail: z.string().max(1024).optional(), title: z.string().max(256).optional() });

/**
 * Enrols the landlord at its exchange (docs/protocol.md, enrolment) in the background, for the exchange challenges this
 * very service before it answers. Tries again, ever more slowly, until it is done: the exchange may start later.
 */
@Injectable()
export class EnrolmentClient implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Enrolment');
  private readonly stopping = new AbortController();
  private exchange: string | undefined;
  private work: Promise<void> = Promise.resolve();

  constructor(
    @Inject(LANDLORD_OPTIONS) private readonly options: LandlordOptions,
    private readonly party: LandlordParty,
    private readonly file: LandlordFile,
    private readonly http: HttpClient,
    private readonly events: LandlordEvents,
  ) {}

  onApplicationBootstrap(): void {
    const { OCX_EXCHANGE_URL: url, OCX_ENROLMENT_CODE: code, OCX_PUBLIC_URL: publicUrl } = this.options.config;
    const enrolled = this.party.current();
    if (enrolled) {
      if (enrolled.endpoint !== publicUrl) {
        this.logger.warn(
          `Enrolled as ${enrolled.endpoint}; OCX_PUBLIC_URL differs: the landlord stays where it is until it moves.`,
        );
      }
      return;
    }
    if (url === undefined || code === undefined) {
      this.logger.log('Not enrolled: OCX_EXCHANGE_URL and OCX_ENROLMENT_CODE are not both set.');
      return;
    }
    this.work = this.enrol(url, code);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.work;
  }

  /** The exchange this landlord is enrolled at, or is enrolling at now: the only one whose challenge it answers. */
  expectedExchange(): string | undefined {
    return this.party.current()?.exchange ?? this.exchange;
  }

  private async enrol(url: string, code: string): Promise<void> {
    for (let delay = FIRST_DELAY_MS; await waited(delay, this.stopping.signal); delay = longer(delay)) {
      try {
        await this.attempt(url, code);
        this.logger.log(`Enrolled at ${url} as ${this.party.enrolled().landlordId}.`);
        return;
      } catch (error) {
        this.logger.warn(`Not enrolled at ${url} yet: ${error instanceof Error ? error.message : 'unknown error'}`);
      }
    }
  }

  private async attempt(url: string, code: string): Promise<void> {
    const about = await this.about(url);
    this.exchange = about.exchange;
    const enrolment = await this.party.key.sign('ocx-enrolment+jwt', this.document());
    const answer = await this.http.request({
      method: 'POST',
      url: `${url}/exchange/v1/landlords`,
      headers: { 'content-type': 'application/json', accept: 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify({ code, enrolment }),
      deadlineMs: ENROL_DEADLINE_MS,
      maxBytes: 65_536,
      signal: this.stopping.signal,
    });
    if (answer.status !== 201 && answer.status !== 200) {
      const problem = Refusal.safeParse(answer.json());
      const reason = problem.success ? (problem.data.detail ?? problem.data.title) : undefined;
      throw new Error(`the exchange answered ${String(answer.status)}${reason === undefined ? '' : `: ${reason}`}`);
    }
    await this.party.enrol(this.enrolmentOf(about, Enrolled.parse(answer.json())));
    await this.events.announce({ kind: 'offers' });
  }

  private async about(url: string): Promise<ExchangeAbout> {
    const answer = await this.http.request({
      method: 'GET',
      url: `${url}/exchange/v1`,
      headers: { accept: 'application/json' },
      deadlineMs: 5_000,
      maxBytes: 65_536,
      signal: this.stopping.signal,
    });
    if (answer.status !== 200) throw new Error(`the exchange answered ${String(answer.status)}`);
    return ExchangeAbout.parse(answer.json());
  }

  private document(): Enrolment {
    const { name, region, description } = this.file.current();
    const { kind, microversions, config } = this.options;
    return {
      name,
      kind,
      region,
      endpoint: config.OCX_PUBLIC_URL,
      jwk: this.party.key.jwk,
      description,
      microversions,
      issued_at: new Date().toISOString(),
    };
  }

  private enrolmentOf(about: ExchangeAbout, enrolled: z.infer<typeof Enrolled>): LandlordEnrolment {
    if (enrolled.issuer !== about.issuer || enrolled.exchange_jwk.x !== about.jwk.x) {
      throw new Error('the exchange contradicts itself about its issuer or key');
    }
    return {
      landlordId: enrolled.landlord_id,
      exchange: about.exchange,
      issuer: about.issuer,
      identityUrl: about.identity_url.replace(/\/+$/, '').replace(/\/v3$/, ''),
      exchangeJwk: enrolled.exchange_jwk,
      keyThumbprint: this.party.key.thumbprint,
      endpoint: this.options.config.OCX_PUBLIC_URL,
      enrolledAt: new Date(),
      moveSeq: 0,
      moveSha256: null,
      formerEndpoint: null,
      formerEndpointUntil: null,
      port: null,
    };
  }
}

const longer = (delay: number) => Math.min(delay * 2, LONGEST_DELAY_MS);

/** False when the signal came before the time was over. */
function waited(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return sleep(milliseconds, true, { signal }).catch(() => false);
}
