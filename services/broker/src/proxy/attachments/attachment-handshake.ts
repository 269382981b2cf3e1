import { Injectable } from '@nestjs/common';
import { ReservedAttachment } from '@ocx/openstack-api/block-storage/attachments';
import { AttachmentView, type ConnectAttachment } from '@ocx/openstack-api/compute/volume-attachments';
import { type AttachmentAccess, ATTACHMENT_GRANT_TYPE } from '@ocx/openstack-api/exchange/tokens';
import { IdentityClient } from '@ocx/openstack-client/identity-client';
import { BackendUnavailable } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { identityFailure } from '../../landlords/landlord-connections.js';
import type { Landlord } from '../../landlords/landlord.js';
import { LandlordsService } from '../../landlords/landlords.service.js';
import { LeasesService } from '../../market/leases/leases.service.js';
import { LandlordGateway, WRITE } from '../landlord-gateway.js';
import type { Attachment } from './attachment.js';

/** Reserve at the storage landlord, grant from identity, connect at the compute landlord; the secret never passes here. */
@Injectable()
export class AttachmentHandshake {
  constructor(
    private readonly landlords: LandlordsService,
    private readonly leases: LeasesService,
    private readonly gateway: LandlordGateway,
    private readonly identity: IdentityClient,
  ) {}

  /** Returns the device's name. What was reserved when it throws is the caller's to release. */
  async run(caller: Principal, attachment: Attachment): Promise<string> {
    const storage = await this.landlord(attachment.storageLandlordId);
    const compute = await this.landlord(attachment.computeLandlordId);
    const access: AttachmentAccess = {
      id: attachment.id,
      volume_id: attachment.volumeId,
      server_id: attachment.serverId,
      mode: 'rw',
      connector: { landlord_id: compute.id, jkt: compute.jkt },
    };
    await this.gateway.call(caller, storage, WRITE, {
      method: 'POST',
      path: '/landlord/v1/attachments',
      body: access,
      schema: ReservedAttachment,
    });
    const grant = await this.grant(caller, storage, attachment, access);
    const connect: ConnectAttachment = {
      id: attachment.id,
      server_id: attachment.serverId,
      volume_id: attachment.volumeId,
      mode: 'rw',
      ...(attachment.device === null ? {} : { device: attachment.device }),
      grant,
      storage: { landlord_id: storage.id, endpoint: storage.endpoint },
    };
    await this.gateway.call(caller, compute, WRITE, {
      method: 'POST',
      path: '/landlord/v1/attachments',
      body: connect,
    });
    return attachment.device ?? (await this.device(caller, compute, attachment));
  }

  private async grant(
    caller: Principal,
    storage: Landlord,
    attachment: Attachment,
    access: AttachmentAccess,
  ): Promise<string> {
    const lease = await this.leases.byId(attachment.volumeLeaseId);
    const endsAt = lease?.endsAt ?? null;
    try {
      const minted = await this.identity.exchange({
        subjectToken: caller.rawToken,
        requestedTokenType: ATTACHMENT_GRANT_TYPE,
        resource: storage.id,
        access: { actions: ['attach'], attachment: access },
        ...(endsAt === null ? {} : { notAfter: Math.floor(endsAt.getTime() / 1000) }),
      });
      return minted.token;
    } catch (error) {
      throw identityFailure(error);
    }
  }

  // The name that the compute landlord chose; it is told as soon as it has taken the request.
  private async device(caller: Principal, compute: Landlord, attachment: Attachment): Promise<string> {
    const { body } = await this.gateway.call(caller, compute, WRITE, {
      method: 'GET',
      path: `/landlord/v1/attachments/${attachment.id}`,
      schema: AttachmentView,
    });
    return body.device;
  }

  private async landlord(id: string): Promise<Landlord> {
    const landlord = await this.landlords.byId(id);
    if (!landlord) throw new BackendUnavailable('A landlord of this attachment has left the exchange.');
    return landlord;
  }
}
