import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { CreateAttachment } from '@ocx/openstack-api/block-storage/attachments';
import { Uuid } from '@ocx/openstack-api/ids';
import { Conflict, InvalidInput } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { ownerOf } from '../owner.js';
import type { Attachment } from './attachment.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { attachmentNotFound, AttachmentsService, type ExportedVolume } from './attachments.service.js';

const MAX_LISTED = 1000;
/** What Nova's own user is called in a cloud: the only one who may take a volume from a server. */
const SERVICE_ROLES = ['service', 'admin'];

interface Connected {
  readonly attachment: Attachment;
  /** Cinder's `connection_info`: where, and the secret. */
  readonly connection: Record<string, unknown>;
}

/**
 * Cinder's attachments. The landlord's own users make and end them here; a tenant of the exchange sees them, and attaches
 * through the server: only the connector whose key the grant names may have the secret.
 */
@Injectable()
export class OwnAttachmentsService {
  constructor(
    private readonly attachments: AttachmentsService,
    private readonly rows: AttachmentsRepository,
  ) {}

  list(principal: Principal): Promise<Attachment[]> {
    return this.rows.ofOwner(ownerOf(principal), MAX_LISTED);
  }

  async show(principal: Principal, id: string): Promise<Attachment> {
    if (!Uuid.safeParse(id).success) throw attachmentNotFound(id.slice(0, 64));
    const owner = ownerOf(principal);
    const { attachment, volume } = await this.attachments.show(id);
    if (volume.realm !== owner.realm || volume.projectId !== owner.projectId) throw attachmentNotFound(id);
    return attachment;
  }

  async create(principal: Principal, request: CreateAttachment['attachment']): Promise<Connected> {
    refuseExchange(principal);
    const { attachment } = await this.attachments.reserve(ownerOf(principal), {
      id: randomUUID(),
      volumeId: request.volume_uuid,
      serverId: request.instance_uuid ?? null,
      mode: request.mode ?? (request.connector?.['mode'] === 'ro' ? 'ro' : 'rw'),
      connector: null,
    });
    if (!request.connector) return { attachment, connection: {} };
    return connected(await this.attachments.export(attachment.id));
  }

  async connect(principal: Principal, id: string): Promise<Connected> {
    refuseExchange(principal);
    await this.show(principal, id);
    return connected(await this.attachments.export(id));
  }

  async complete(principal: Principal, id: string): Promise<void> {
    refuseExchange(principal);
    const { state } = await this.show(principal, id);
    if (state !== 'exported') throw new InvalidInput('Invalid input received: the attachment has no connection.');
  }

  /** What is left on the volume. */
  async delete(principal: Principal, id: string): Promise<Attachment[]> {
    const attachment = await this.show(principal, id);
    const isService = principal.realm === 'own' && principal.roles.some((role) => SERVICE_ROLES.includes(role));
    // Who could detach behind a server's back could read what the next volume there holds (CVE-2023-2088).
    if (attachment.serverId !== null && !isService) {
      throw new Conflict(`Detach the volume from server ${attachment.serverId} instead.`);
    }
    await this.attachments.end(id);
    return this.rows.ofVolumes([attachment.volumeId]);
  }
}

function refuseExchange(principal: Principal): void {
  if (principal.realm === 'own') return;
  throw new Conflict('Attach the volume through the server: POST /servers/{id}/os-volume_attachments.');
}

function connected({ attachment, address, size }: ExportedVolume): Connected {
  const connection = {
    driver_volume_type: 'nbd',
    access_mode: attachment.mode,
    attachment_id: attachment.id,
    data: {
      host: address.host,
      port: address.port,
      export: attachment.id,
      size,
      tls: { username: attachment.id, key: address.key },
    },
  };
  return { attachment, connection };
}
