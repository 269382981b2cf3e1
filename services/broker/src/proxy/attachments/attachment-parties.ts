import { Injectable } from '@nestjs/common';
import {
  type AttachmentView,
  AttachmentView as AttachmentViewSchema,
} from '@ocx/openstack-api/compute/volume-attachments';
import type { LandlordAction } from '@ocx/openstack-api/exchange/tokens';
import type { LandlordSession } from '@ocx/openstack-client/landlord-session';
import { BackendUnavailable, BadGateway, NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { LandlordConnections } from '../../landlords/landlord-connections.js';
import { LandlordsService } from '../../landlords/landlords.service.js';
import type { Landlord } from '../../landlords/landlord.js';
import { LeasesService } from '../../market/leases/leases.service.js';
import { LandlordGateway, READ } from '../landlord-gateway.js';
import type { Attachment } from './attachment.js';

const WAIT_SECONDS = 10;
const WAIT_DEADLINE_MS = 15_000;

/** The two landlords of an attachment, told to let go without the tenant: by the lease grants of server and volume. */
@Injectable()
export class AttachmentParties {
  constructor(
    private readonly landlords: LandlordsService,
    private readonly leases: LeasesService,
    private readonly connections: LandlordConnections,
    private readonly gateway: LandlordGateway,
  ) {}

  /** The state at the compute landlord, as the tenant may read it; undefined when it knows nothing of it. */
  async state(caller: Principal, attachment: Attachment): Promise<AttachmentView | undefined> {
    const landlord = await this.landlord(attachment.computeLandlordId);
    try {
      const { body } = await this.gateway.call(caller, landlord, READ, {
        method: 'GET',
        path: `/landlord/v1/attachments/${attachment.id}`,
        schema: AttachmentViewSchema,
      });
      if (body.id !== attachment.id || body.volume_id !== attachment.volumeId) {
        throw new BadGateway(`Landlord ${landlord.name} answered about another attachment.`);
      }
      return body;
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  /** True when the compute landlord has let go of the volume. Idempotent. */
  async disconnect(attachment: Attachment): Promise<boolean> {
    const { computeLandlordId, serverLeaseId } = attachment;
    const landlord = await this.landlord(computeLandlordId);
    const session = await this.session(landlord, serverLeaseId, 'detach');
    // The lease is over: so is the server, and the volume is free of it.
    if (!session) return true;
    const path = `/landlord/v1/attachments/${attachment.id}?wait=${String(WAIT_SECONDS)}`;
    try {
      const deadlineMs = WAIT_DEADLINE_MS;
      const { status } = await this.gateway.send(session, landlord, { method: 'DELETE', path, deadlineMs });
      return status === 204;
    } catch (error) {
      if (error instanceof NotFound) return true;
      throw error;
    }
  }

  /** Export and secret are gone at the storage landlord afterwards. Idempotent. */
  async release(attachment: Attachment): Promise<void> {
    const landlord = await this.landlord(attachment.storageLandlordId);
    const session = await this.session(landlord, attachment.volumeLeaseId, 'detach');
    if (!session) return;
    try {
      await this.gateway.send(session, landlord, {
        method: 'DELETE',
        path: `/landlord/v1/attachments/${attachment.id}`,
      });
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
    }
  }

  private session(landlord: Landlord, leaseId: string, action: LandlordAction): Promise<LandlordSession | undefined> {
    return this.gateway.guard(landlord, async () => {
      const lease = await this.leases.byId(leaseId);
      if (lease?.leaseGrant === undefined || lease.leaseGrant === null || lease.endedAt !== null) return undefined;
      return this.connections.forLease(lease, landlord, action);
    });
  }

  private async landlord(id: string): Promise<Landlord> {
    const landlord = await this.landlords.byId(id);
    if (!landlord) throw new BackendUnavailable('A landlord of this attachment has left the exchange.');
    return landlord;
  }
}
