import { Injectable } from '@nestjs/common';
import type { RedeemedAttachment, ReserveAttachment } from '@ocx/openstack-api/block-storage/attachments';
import { Forbidden, NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { ownerOf } from '../owner.js';
import type { Volume } from '../volumes/volume.js';
import type { Attachment } from './attachment.js';
import { AttachmentsService } from './attachments.service.js';

const refused = () => new Forbidden('The token does not reach this attachment.');

/** Whether the caller is the connector the attachment was reserved for, with a grant for exactly this attachment. */
export function isConnector(principal: Principal, attachment: Attachment, volume: Volume): boolean {
  const granted = principal.access?.attachment;
  const { connector } = attachment;
  if (principal.access?.actions.includes('attach') !== true || !granted || !connector) return false;
  return (
    granted.id === attachment.id &&
    granted.volume_id === attachment.volumeId &&
    granted.server_id === attachment.serverId &&
    granted.mode === attachment.mode &&
    granted.connector.landlord_id === connector.landlordId &&
    granted.connector.jkt === connector.thumbprint &&
    // The proof was made with this key, so the caller has it and not only the grant.
    principal.keyThumbprint === connector.thumbprint &&
    principal.projectId === volume.projectId
  );
}

function mayEnd(principal: Principal, attachment: Attachment, volume: Volume): boolean {
  const { access } = principal;
  if (!access) return false;
  if (isConnector(principal, attachment, volume)) return true;
  if (principal.projectId !== volume.projectId) return false;
  const named = access.lease_id !== undefined && access.lease_id === volume.leaseId;
  if (access.actions.includes('detach') && named) return true;
  return access.actions.includes('write') && (named || access.lease_id === undefined);
}

/** Attachments across landlords: the broker reserves, the connector redeems, either of them or the lease's end ends. */
@Injectable()
export class LandlordAttachmentsService {
  constructor(private readonly attachments: AttachmentsService) {}

  async reserve(principal: Principal, request: ReserveAttachment): Promise<{ attachment: Attachment; volume: Volume }> {
    const { volume_id: volumeId, server_id: serverId, connector } = request;
    return this.attachments.reserve(ownerOf(principal), {
      id: request.id,
      volumeId,
      serverId,
      mode: request.mode,
      connector: { landlordId: connector.landlord_id, thumbprint: connector.jkt },
    });
  }

  /** The secret goes to the connector alone. An attachment that is not the grant's is not told from one that is not there. */
  async redeem(principal: Principal, id: string): Promise<RedeemedAttachment> {
    const { attachment, volume } = await this.attachments.show(id);
    if (!isConnector(principal, attachment, volume)) throw refused();
    const { address, size } = await this.attachments.export(id);
    return {
      protocol: 'nbd',
      host: address.host,
      port: address.port,
      export: id,
      size,
      mode: attachment.mode,
      tls: { username: id, key: address.key },
    };
  }

  /** Idempotent: what is not there needs no ending. */
  async end(principal: Principal, id: string): Promise<void> {
    let found: { attachment: Attachment; volume: Volume };
    try {
      found = await this.attachments.show(id);
    } catch (error) {
      if (error instanceof NotFound) return;
      throw error;
    }
    if (!mayEnd(principal, found.attachment, found.volume)) throw refused();
    await this.attachments.end(id);
  }
}
