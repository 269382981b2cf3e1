import { Injectable } from '@nestjs/common';
import { LandlordParty } from '@ocx/landlord-kit/enrolment/landlord-party';
import { type ConnectAttachment, RedeemedAttachment } from '@ocx/openstack-api/compute/volume-attachments';
import { LandlordTokenClaims } from '@ocx/openstack-api/exchange/tokens';
import { AddressPolicy, AddressRefused } from '@ocx/openstack-client/address-policy';
import { HttpClient, type HttpResponse, PeerMisbehaved, PeerUnreachable } from '@ocx/openstack-client/http';
import { LandlordSession } from '@ocx/openstack-client/landlord-session';
import { BackendUnavailable, BadGateway, Conflict, DomainError } from '@ocx/service-kit/errors';
import { decodeJwt } from 'jose';
import { checkGrant } from './attachment-grant.js';
import { exportAddress, storageEndpoint } from './storage-address.js';
import type { VolumeAttachment } from './volume-attachments.repository.js';

const DEADLINE_MS = 10_000;
const MAX_BYTES = 64 * 1024;

/** Another landlord, as far as one attachment goes: asked with the grant, signed by this landlord's own key. */
@Injectable()
export class StorageLandlord {
  constructor(
    private readonly party: LandlordParty,
    private readonly http: HttpClient,
    private readonly addresses: AddressPolicy,
  ) {}

  /** Refuses, before anything is stored or called, a grant for something else (Forbidden) or no endpoint (InvalidInput). */
  async check(request: ConnectAttachment, projectId: string): Promise<void> {
    storageEndpoint(request.storage.endpoint);
    const trust = this.party.trust();
    if (!trust) throw new BackendUnavailable('This landlord is not enrolled at an exchange yet.');
    await checkGrant(request, projectId, { trust, isOwnKey: (jkt) => this.party.keyOf(jkt) !== undefined });
  }

  /**
   * Connection details and the secret of this attachment; the host is the address that was checked, so that no second
   * look-up can lead elsewhere. Idempotent until it is detached.
   */
  async redeem(attachment: VolumeAttachment): Promise<RedeemedAttachment> {
    const answer = await this.call(attachment, 'POST', `/landlord/v1/attachments/${attachment.id}/redeem`);
    if (answer.status >= 500) throw new BackendUnavailable('The storage landlord cannot export the volume now.');
    if (answer.status >= 400) throw new Conflict('The storage landlord refused the attachment.');
    const redeemed = connectionIn(answer);
    if (redeemed?.mode !== attachment.mode) {
      throw new BadGateway('The storage landlord answered a redeemed grant with nonsense.');
    }
    return { ...redeemed, host: await this.pinned(attachment, redeemed) };
  }

  /** Tells the storage landlord that the volume is no longer used here, so that export and secret die. */
  async release(attachment: VolumeAttachment): Promise<void> {
    const answer = await this.call(attachment, 'DELETE', `/landlord/v1/attachments/${attachment.id}`);
    if (answer.status >= 400 && answer.status !== 404) {
      throw new BackendUnavailable('The storage landlord did not take the attachment back.');
    }
  }

  // An export is at the storage landlord's own host or where the operator said: never at a third party, never at this host.
  private async pinned({ storageEndpoint: endpoint }: VolumeAttachment, { host, port }: RedeemedAttachment) {
    try {
      return await this.addresses.resolveOwn(exportAddress(host, port), new URL(endpoint));
    } catch (error) {
      if (error instanceof DomainError) throw error;
      if (error instanceof AddressRefused) throw addressRefused(error);
      throw new BackendUnavailable('The host of the storage landlord’s export cannot be resolved.', { cause: error });
    }
  }

  private async call(attachment: VolumeAttachment, method: string, path: string) {
    const session = new LandlordSession({
      endpoint: storageEndpoint(attachment.storageEndpoint),
      landlordId: attachment.storageId,
      // A grant outlives the key that it is bound to: it is redeemed with that one.
      key: this.party.keyOf(boundTo(attachment.grant)) ?? this.party.key,
      http: this.http,
      token: attachment.grant,
    });
    try {
      return await session.request(method, path, { deadlineMs: DEADLINE_MS, maxBytes: MAX_BYTES });
    } catch (error) {
      if (error instanceof PeerUnreachable) {
        throw new BackendUnavailable('The storage landlord does not answer.', { cause: error });
      }
      if (error instanceof AddressRefused) throw addressRefused(error);
      if (error instanceof PeerMisbehaved) throw new BadGateway('The storage landlord misbehaves.', { cause: error });
      throw error;
    }
  }
}

const boundTo = (grant: string): string => LandlordTokenClaims.pick({ cnf: true }).parse(decodeJwt(grant)).cnf.jkt;

function connectionIn(answer: HttpResponse): RedeemedAttachment | undefined {
  try {
    return RedeemedAttachment.safeParse(answer.json()).data;
  } catch (error) {
    // What is not even JSON.
    if (error instanceof PeerMisbehaved) return undefined;
    throw error;
  }
}

const addressRefused = (cause: AddressRefused) =>
  new Conflict('The storage landlord names an address that this landlord does not connect to.', {
    reason: 'address_refused',
    cause,
  });
