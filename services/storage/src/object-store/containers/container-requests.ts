import { HttpException, Injectable } from '@nestjs/common';
import { SWIFT_CONSTRAINTS } from '@ocx/openstack-api/object-store/constraints';
import { headerProblem, metadataChanges, metadataHeaders } from '@ocx/openstack-api/object-store/metadata';
import { formatHttpDate, formatTimestamp, lastModifiedSeconds } from '@ocx/openstack-api/object-store/timestamps';
import { InvalidInput, NotSupported } from '@ocx/service-kit/errors';
import { AccountsService } from '../accounts/accounts.service.js';
import { checkNames, type ContainerCall } from '../http/swift-call.js';
import { emptyReply, type SwiftReply } from '../http/swift-reply.js';
import { listNames } from '../listings/listing-query.js';
import { negotiateFormat, parseListingQuery } from '../listings/listing-request.js';
import { listingContentType, objectEntry, renderListing } from '../listings/listing.view.js';
import { headerOf } from '../objects/object-request.js';
import { ObjectsRepository } from '../objects/objects.repository.js';
import type { Container } from './container.js';
import { ContainersService } from './containers.service.js';

// What would change who may read or where writes go: refused, for being ignored would be worse.
const UNSUPPORTED = [
  'x-container-read',
  'x-container-write',
  'x-container-sync-to',
  'x-versions-location',
  'x-versions-enabled',
];

@Injectable()
export class ContainerRequests {
  constructor(
    private readonly accounts: AccountsService,
    private readonly containers: ContainersService,
    private readonly objects: ObjectsRepository,
  ) {}

  async handle(call: ContainerCall): Promise<SwiftReply> {
    switch (call.method) {
      case 'GET':
        return this.list(call);
      case 'HEAD':
        return this.show(call);
      case 'PUT':
        return this.put(call);
      case 'POST':
        return this.update(call);
      case 'DELETE':
        return this.remove(call);
      default:
        throw new HttpException('The method is not allowed for this resource.', 405);
    }
  }

  private async show(call: ContainerCall): Promise<SwiftReply> {
    const format = negotiateFormat(call.query, headerOf(call.headers, 'accept'));
    const container = await this.find(call);
    return { status: 204, headers: { 'Content-Type': listingContentType(format), ...containerHeaders(container) } };
  }

  private async list(call: ContainerCall): Promise<SwiftReply> {
    const format = negotiateFormat(call.query, headerOf(call.headers, 'accept'));
    const query = parseListingQuery(call.query, SWIFT_CONSTRAINTS.container_listing_limit);
    const container = await this.find(call);
    const rows = await listNames(query, (range, limit) => this.objects.list(container.id, range, limit));
    const of = { element: 'container', entryElement: 'object', name: container.name } as const;
    const { contentType, body } = renderListing(format, of, rows, objectEntry);
    const headers = { 'Content-Type': contentType, ...containerHeaders(container) };
    return body === '' ? { status: 204, headers } : { status: 200, headers, body };
  }

  private async put(call: ContainerCall): Promise<SwiftReply> {
    checkNames(call.target);
    checkHeaders(call);
    const account = await this.accounts.open(call.principal);
    const policy = headerOf(call.headers, 'x-storage-policy');
    const changes = metadataChanges('container', call.headers);
    const result = await this.containers.put(account, call.target.container, policy, changes);
    return emptyReply(result === 'created' ? 201 : 202);
  }

  private async update(call: ContainerCall): Promise<SwiftReply> {
    checkHeaders(call);
    const account = await this.accounts.open(call.principal);
    await this.containers.updateMetadata(account, call.target.container, metadataChanges('container', call.headers));
    return emptyReply(204);
  }

  private async remove(call: ContainerCall): Promise<SwiftReply> {
    await this.containers.remove(await this.accounts.open(call.principal), call.target.container);
    return emptyReply(204);
  }

  private async find(call: ContainerCall): Promise<Container> {
    return this.containers.show(await this.accounts.open(call.principal), call.target.container);
  }
}

function checkHeaders(call: ContainerCall): void {
  const problem = headerProblem(call.headers);
  if (problem !== undefined) throw new InvalidInput(problem);
  const refused = UNSUPPORTED.find((name) => headerOf(call.headers, name) !== undefined);
  if (refused !== undefined) throw new NotSupported(`This object store does not support ${refused}.`);
}

function containerHeaders(container: Container): Record<string, string> {
  return {
    'X-Container-Object-Count': String(container.objectCount),
    'X-Container-Bytes-Used': String(container.bytesUsed),
    'X-Timestamp': formatTimestamp(container.timestamp),
    'X-Storage-Policy': container.storagePolicy,
    'Last-Modified': formatHttpDate(lastModifiedSeconds(container.timestamp)),
    'Accept-Ranges': 'bytes',
    ...metadataHeaders('container', container.metadata),
  };
}
