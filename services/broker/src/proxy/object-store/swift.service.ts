import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { parseContainerObject } from '@ocx/openstack-api/object-store/path';
import { InvalidInput, NotFound, NotSupported } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import { partialHeader } from '../fan-out.js';
import type { Region } from '../regions/region.js';
import { readListingQuery, renderListing, selectEntries } from './account-listing.js';
import { checkMetadata, metadataHeaders, readMetadataChange } from './account-metadata.js';
import { AccountMetadataRepository } from './account-metadata.repository.js';
import { AccountsService } from './accounts.service.js';
import { ContainerPlacement, type HeldContainer } from './container-placement.service.js';
import { ObjectCopies } from './object-copies.service.js';
import { refuseSharedSecrets } from './swift-headers.js';
import { landlordPath, type SwiftRequest } from './swift-request.js';
import { type SwiftReply, SwiftTransfer } from './swift-transfer.js';

interface Call {
  readonly caller: Principal;
  readonly region: Region;
  readonly request: SwiftRequest;
  readonly raw: IncomingMessage;
  readonly signal: AbortSignal;
}

/** Swift in front of every storage landlord: a container is at one of them, the account is all of them. */
@Injectable()
export class SwiftService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly metadata: AccountMetadataRepository,
    private readonly placement: ContainerPlacement,
    private readonly transfer: SwiftTransfer,
    private readonly copies: ObjectCopies,
  ) {}

  answer(call: Call): Promise<SwiftReply> {
    refuseSharedSecrets(call.request.headers);
    const { kind } = call.request.target;
    if (kind === 'account') return this.account(call);
    return kind === 'container' ? this.container(call) : this.object(call);
  }

  private async account({ caller, region, request }: Call): Promise<SwiftReply> {
    const { method, target, parameters, headers, projectId } = request;
    if (method === 'POST') {
      await this.metadata.change(projectId, readMetadataChange(headers), checkMetadata);
      return { status: 204, headers: {}, body: undefined };
    }
    if (method !== 'GET' && method !== 'HEAD') {
      throw new NotSupported('The account of a project is made and ended with its leases.');
    }
    const query = readListingQuery(parameters, headers.accept ?? '');
    const [view, metadata] = await Promise.all([this.accounts.view(caller, region), this.metadata.list(projectId)]);
    const entries = selectEntries(view.containers, query);
    const listing = renderListing(target.account, entries, query.format);
    const counts = {
      ...metadataHeaders(metadata),
      'x-account-container-count': String(view.containers.length),
      'x-account-object-count': String(view.objectCount),
      'x-account-bytes-used': String(view.bytes),
      'content-type': listing.contentType,
      ...partialHeader(view.silent),
    };
    if (method === 'HEAD' || (entries.length === 0 && query.format === 'text')) {
      return { status: 204, headers: counts, body: undefined };
    }
    return { status: 200, headers: counts, body: Readable.from([Buffer.from(listing.body)]) };
  }

  private async container(call: Call): Promise<SwiftReply> {
    const { request, caller, region } = call;
    const { target, method, projectId } = request;
    if (target.kind !== 'container') throw new NotFound('The resource could not be found.');
    if (method === 'PUT') return this.putContainer(call, target.container);
    const held = await this.placement.find(projectId, region, target.container);
    if (method !== 'DELETE') return this.withPolicy(held, await this.forward(call, held));
    try {
      const reply = await this.transfer.forward(caller, held.landlord, this.asSent(call));
      await this.placement.forget(held.container);
      return reply;
    } catch (error) {
      // Gone at the landlord: then the name is free.
      if (error instanceof NotFound) await this.placement.forget(held.container);
      throw error;
    }
  }

  private async putContainer(call: Call, name: string): Promise<SwiftReply> {
    const { caller, region, raw } = call;
    const policy = raw.headers['x-storage-policy'];
    const wanted = typeof policy === 'string' && policy !== '' ? policy : undefined;
    const placed = await this.placement.place(caller, region, name, wanted);
    try {
      return this.withPolicy(placed, await this.forward(call, placed));
    } catch (error) {
      if (placed.isNew) await this.placement.forget(placed.container);
      throw error;
    }
  }

  private async object(call: Call): Promise<SwiftReply> {
    const { caller, region, request, raw, signal } = call;
    const copied = await this.copies.run(caller, region, request, raw, signal);
    if (copied) return copied;
    const { target, projectId } = request;
    if (target.kind !== 'object') throw new NotFound('The resource could not be found.');
    const held = await this.placement.find(projectId, region, target.container);
    await this.checkManifest(call, held);
    return this.forward(call, held);
  }

  // Segments elsewhere would be read through a landlord that does not have them.
  private async checkManifest({ request, region, raw }: Call, held: HeldContainer): Promise<void> {
    const manifest = raw.headers['x-object-manifest'];
    if (typeof manifest !== 'string' || (request.method !== 'PUT' && request.method !== 'POST')) return;
    const segments = parseContainerObject(manifest);
    if (!segments) throw new InvalidInput('X-Object-Manifest must be in the format container/prefix');
    const other = await this.placement.find(request.projectId, region, segments.container).catch(() => undefined);
    if (other && other.landlord.id !== held.landlord.id) {
      throw new InvalidInput(
        `Container ${segments.container} is at ${other.landlord.name}; segments and manifest must be at one landlord.`,
      );
    }
  }

  private forward(call: Call, held: HeldContainer): Promise<SwiftReply> {
    return this.transfer.forward(call.caller, held.landlord, this.asSent(call));
  }

  private asSent({ request, raw, signal }: Call) {
    return { method: request.method, path: `${landlordPath(request.target)}${request.query}`, raw, signal };
  }

  private withPolicy({ container, landlord }: HeldContainer, reply: SwiftReply): SwiftReply {
    const headers = { ...reply.headers, 'x-storage-policy': `${container.policy}@${landlord.name}` };
    return { ...reply, headers };
  }
}
