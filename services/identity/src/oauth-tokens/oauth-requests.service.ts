import { Injectable } from '@nestjs/common';
import { Unauthenticated } from '@ocx/service-kit/errors';
import { createHash } from 'node:crypto';
import { OAuthConsumersService } from '../oauth-consumers/oauth-consumers.service.js';
import { IdentitySettings } from '../settings/identity.config.js';
import { checkSignature, required } from './oauth-signature.js';
import { OAuthTokensRepository } from './oauth-tokens.repository.js';

/** How far the clock of a consumer may be off: a signed request is good for so long, and once. */
const WINDOW_MS = 10 * 60 * 1000;

type Parameters = Readonly<Record<string, string>>;

/** Whether a request is signed by the consumer that it names, for identity's own address, now, for the first time. */
@Injectable()
export class OAuthRequests {
  constructor(
    private readonly consumers: OAuthConsumersService,
    private readonly tokens: OAuthTokensRepository,
    private readonly settings: IdentitySettings,
  ) {}

  /**
   * @param path below `/v3`: a signature is of the public address, whatever host the request names
   * @returns the consumer. Throws {@link Unauthenticated}
   */
  async check(path: string, parameters: Parameters, tokenSecret?: string): Promise<string> {
    const consumerId = required(parameters, 'oauth_consumer_key');
    const consumer = await this.consumers.findSecret(consumerId);
    if (consumer === undefined) throw new Unauthenticated('Invalid signature');
    const secrets = { consumer, ...(tokenSecret === undefined ? {} : { token: tokenSecret }) };
    checkSignature({ method: 'POST', url: `${this.settings.base}/${path}`, parameters }, secrets);
    await this.checkFresh(consumerId, parameters);
    return consumerId;
  }

  private async checkFresh(consumerId: string, parameters: Parameters): Promise<void> {
    const [timestamp, nonce] = [required(parameters, 'oauth_timestamp'), required(parameters, 'oauth_nonce')];
    const time = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1000 : Number.NaN;
    if (!(Math.abs(Date.now() - time) <= WINDOW_MS)) throw new Unauthenticated('The timestamp is not of now.');
    const mark = JSON.stringify([consumerId, parameters['oauth_token'] ?? '', timestamp, nonce]);
    const sha256 = createHash('sha256').update(mark).digest('hex');
    if (await this.tokens.useNonce(sha256, new Date(time + WINDOW_MS))) return;
    throw new Unauthenticated('The request was made before.');
  }
}
