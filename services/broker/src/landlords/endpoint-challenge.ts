import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ChallengeAnswer, type PublicJwk } from '@ocx/openstack-api/exchange/documents';
import { ChallengeReply } from '@ocx/openstack-api/exchange/landlord';
import { AddressRefused } from '@ocx/openstack-client/address-policy';
import { DocumentRefused, verifyDocument } from '@ocx/openstack-client/documents';
import { InvalidInput } from '@ocx/service-kit/errors';
import { LandlordHttp } from './landlord-transport.js';

const DEADLINE_MS = 5_000;
const MAX_BYTES = 16_384;

/** Makes sure that whoever enrols answers at the endpoint, with the key, for this exchange. */
@Injectable()
export class EndpointChallenge {
  constructor(private readonly http: LandlordHttp) {}

  /** Throws `InvalidInput` with a reason; never tells what an endpoint that must not be called answered. */
  async prove(endpoint: string, jwk: PublicJwk, jkt: string, exchange: string): Promise<void> {
    checkForm(endpoint);
    const nonce = randomBytes(24).toString('base64url');
    const jws = await this.ask(endpoint, { nonce, endpoint, exchange });
    try {
      const answer = await verifyDocument(ChallengeAnswer, 'ocx-challenge+jwt', jws, jwk);
      const holds =
        answer.nonce === nonce && answer.endpoint === endpoint && answer.exchange === exchange && answer.jkt === jkt;
      if (holds) return;
    } catch (error) {
      if (!(error instanceof DocumentRefused)) throw error;
    }
    throw new InvalidInput('The endpoint did not answer the challenge with the key.', { reason: 'challenge_failed' });
  }

  private async ask(endpoint: string, challenge: object): Promise<string> {
    const answer = await this.http
      .request({
        method: 'POST',
        url: `${endpoint}/landlord/v1/challenge`,
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(challenge),
        deadlineMs: DEADLINE_MS,
        maxBytes: MAX_BYTES,
      })
      .then((response) => (response.status === 200 ? ChallengeReply.safeParse(response.json()) : undefined))
      .catch((error: unknown) => {
        if (error instanceof AddressRefused || error instanceof TypeError) {
          throw new InvalidInput('The endpoint is at an address that this exchange does not call.', {
            reason: 'endpoint_refused',
          });
        }
        return undefined;
      });
    if (answer?.success) return answer.data.answer;
    throw new InvalidInput('The endpoint did not answer the challenge.', { reason: 'challenge_failed' });
  }
}

function checkForm(endpoint: string): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const plain =
    url !== undefined &&
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === '';
  if (!plain) throw new InvalidInput('The endpoint is not a plain http or https URL.', { reason: 'endpoint_refused' });
}
