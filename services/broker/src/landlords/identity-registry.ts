import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { SignedMove } from '@ocx/openstack-api/exchange/documents';
import { HttpClient, type HttpResponse } from '@ocx/openstack-client/http';
import { IdentityClient } from '@ocx/openstack-client/identity-client';
import { SigningKey } from '@ocx/openstack-client/signing-key';
import { BackendUnavailable, Conflict } from '@ocx/service-kit/errors';
import { BROKER_CONFIG, BrokerConfig, identityPublicUrl } from '../broker.config.js';
import { COMBINED_REGION, endpointsOf } from './catalog.js';
import { defaultLimits } from './counted-services.js';
import type { Landlord } from './landlord.js';

const LONGEST_PAUSE_MS = 10_000;

/** What the broker registers at identity: itself, landlords as audiences, regions and their endpoints, what it counts. */
@Injectable()
export class IdentityRegistry implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(IdentityRegistry.name);
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    @Inject(BROKER_CONFIG) private readonly config: BrokerConfig,
    private readonly identity: IdentityClient,
    private readonly http: HttpClient,
    private readonly key: SigningKey,
  ) {}

  onApplicationBootstrap(): void {
    void this.register(250);
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Audience, key, region and endpoints of a landlord. Idempotent. Throws `BackendUnavailable`. */
  async registerLandlord(landlord: Landlord): Promise<void> {
    const { id, name, kind, region, endpoint, jwk, description } = landlord;
    await this.put(`/v3/OS-OCX/landlords/${id}`, { name, kind, region, endpoint, jwk });
    await this.putRegion(region, description, kind);
  }

  /**
   * A landlord's new endpoint and key, in its own signed words. Idempotent. Throws `Conflict` when identity takes no such
   * move, `BackendUnavailable`.
   */
  async moveLandlord(id: string, signed: SignedMove): Promise<void> {
    const answer = await this.send('POST', `/v3/OS-OCX/landlords/${id}/moves`, signed);
    if (answer.status === 400 || answer.status === 409) {
      throw new Conflict('Identity does not take this move.', { reason: 'identity_refused' });
    }
    checkTaken(answer);
  }

  // Identity may start after the broker; until it knows us, nothing can be sold.
  private async register(pauseMs: number): Promise<void> {
    try {
      await this.enrol();
      await this.putRegion(COMBINED_REGION, 'All landlords as one cloud', undefined);
      await this.put('/v3/OS-OCX/registered_limits', defaultLimits(this.config));
      this.logger.log('registered at identity');
    } catch (error) {
      this.logger.warn(`not registered at identity yet: ${error instanceof Error ? error.message : String(error)}`);
      if (this.stopped) return;
      this.timer = setTimeout(() => void this.register(Math.min(pauseMs * 2, LONGEST_PAUSE_MS)), pauseMs);
    }
  }

  private async enrol(): Promise<void> {
    const code = this.config.OCX_IDENTITY_ENROLMENT_CODE;
    if (code === undefined) return;
    const answer = await this.http.request({
      method: 'POST',
      url: `${this.config.OCX_IDENTITY_URL}/v3/OS-OCX/clients`,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ code, client_id: 'broker', jwk: this.key.jwk }),
      deadlineMs: 5_000,
    });
    if (answer.status >= 300) throw new Error(`identity refused the enrolment code (${answer.status})`);
  }

  private async putRegion(region: string, description: string, kind: Landlord['kind'] | undefined): Promise<void> {
    const origins = {
      api: this.config.OCX_PUBLIC_URL,
      objects: this.config.OCX_OBJECT_PUBLIC_URL,
      identity: identityPublicUrl(this.config),
    };
    await this.put(`/v3/OS-OCX/regions/${region}`, { description, endpoints: endpointsOf(region, kind, origins) });
  }

  private async put(path: string, body: unknown): Promise<void> {
    checkTaken(await this.send('PUT', path, body));
  }

  private send(method: string, path: string, body: unknown): Promise<HttpResponse> {
    return this.identity.call(method, path, { body }).catch((error: unknown) => {
      throw new BackendUnavailable('Identity does not answer.', { reason: 'identity_unreachable', cause: error });
    });
  }
}

function checkTaken({ status }: HttpResponse): void {
  if (status < 300) return;
  throw new BackendUnavailable(`Identity does not take the registration (${status}).`, { reason: 'identity_refused' });
}
