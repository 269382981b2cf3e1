import { Injectable } from '@nestjs/common';
import { LandlordParty } from '@ocx/landlord-kit/enrolment/landlord-party';
import { RedeemedAttachment } from '@ocx/openstack-api/compute/volume-attachments';
import { HttpClient, PeerMisbehaved, PeerUnreachable } from '@ocx/openstack-client/http';
import { LandlordSession } from '@ocx/openstack-client/landlord-session';
import { BackendUnavailable, BadGateway, Conflict } from '@ocx/service-kit/errors';
import type { VolumeAttachment } from './volume-attachments.repository.js';

const DEADLINE_MS = 10_000;
const MAX_BYTES = 64 * 1024;

/** Another landlord, as far as one attachment goes: asked with the grant, signed by this landlord's own key. */
@Injectable()
export class StorageLandlord {
  constructor(
    private readonly party: LandlordParty,
    private readonly http: HttpClient,
  ) {}

  /** Connection details and the secret of this attachment. Idempotent until it is detached. */
  async redeem(attachment: VolumeAttachment): Promise<RedeemedAttachment> {
    const answer = await this.call(attachment, 'POST', `/landlord/v1/attachments/${attachment.id}/redeem`);
    if (answer.status >= 500) throw new BackendUnavailable('The storage landlord cannot export the volume now.');
    if (answer.status >= 400) throw new Conflict('The storage landlord refused the attachment.');
    const redeemed = RedeemedAttachment.safeParse(answer.json());
    if (!redeemed.success || redeemed.data.mode !== attachment.mode) {
      throw new BadGateway('The storage landlord answered a redeemed grant with nonsense.');
    }
    return redeemed.data;
  }

  /** Tells the storage landlord that the volume is no longer used here, so that export and secret die. */
  async release(attachment: VolumeAttachment): Promise<void> {
    const answer = await this.call(attachment, 'DELETE', `/landlord/v1/attachments/${attachment.id}`);
    if (answer.status >= 400 && answer.status !== 404) {
      throw new BackendUnavailable('The storage landlord did not take the attachment back.');
    }
  }

  private async call(attachment: VolumeAttachment, method: string, path: string) {
    const session = new LandlordSession({
      endpoint: attachment.storageEndpoint.replace(/\/+$/, ''),
      landlordId: attachment.storageId,
      key: this.party.key,
      http: this.http,
      token: attachment.grant,
    });
    try {
      return await session.request(method, path, { deadlineMs: DEADLINE_MS, maxBytes: MAX_BYTES });
    } catch (error) {
      if (error instanceof PeerUnreachable) {
        throw new BackendUnavailable('The storage landlord does not answer.', { cause: error });
      }
      if (error instanceof PeerMisbehaved) throw new BadGateway('The storage landlord misbehaves.', { cause: error });
      throw error;
    }
  }
}
