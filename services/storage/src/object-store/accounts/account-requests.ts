import { HttpException, Injectable } from '@nestjs/common';
import { SWIFT_CONSTRAINTS } from '@ocx/openstack-api/object-store/constraints';
import { headerProblem, metadataChanges, metadataHeaders, titleCase } from '@ocx/openstack-api/object-store/metadata';
import { formatTimestamp } from '@ocx/openstack-api/object-store/timestamps';
import { InvalidInput } from '@ocx/service-kit/errors';
import { ContainersRepository } from '../containers/containers.repository.js';
import { DEFAULT_POLICY } from '../containers/containers.service.js';
import type { AccountCall } from '../http/swift-call.js';
import { emptyReply, type SwiftReply } from '../http/swift-reply.js';
import { BulkDelete } from '../large-objects/bulk-delete.js';
import { listNames } from '../listings/listing-query.js';
import { negotiateFormat, parseListingQuery } from '../listings/listing-request.js';
import { containerEntry, listingContentType, renderListing } from '../listings/listing.view.js';
import type { Account } from './account.js';
import { AccountsService } from './accounts.service.js';

/** Swift's account: its listing, its counters, its metadata. */
@Injectable()
export class AccountRequests {
  constructor(
    private readonly accounts: AccountsService,
    private readonly containers: ContainersRepository,
    private readonly bulk: BulkDelete,
  ) {}

  async handle(call: AccountCall): Promise<SwiftReply> {
    const bulkDelete = call.query.has('bulk-delete') && (call.method === 'POST' || call.method === 'DELETE');
    if (bulkDelete) return this.bulk.handle(call, await this.accounts.open(call.principal));
    switch (call.method) {
      case 'GET':
        return this.list(call);
      case 'HEAD':
        return this.show(call);
      case 'POST':
        return this.update(call);
      default:
        throw new HttpException('The method is not allowed for this resource.', 405);
    }
  }

  private async show(call: AccountCall): Promise<SwiftReply> {
    const format = negotiateFormat(call.query, header(call, 'accept'));
    const account = await this.accounts.open(call.principal);
    return { status: 204, headers: { 'Content-Type': listingContentType(format), ...accountHeaders(account) } };
  }

  private async list(call: AccountCall): Promise<SwiftReply> {
    const format = negotiateFormat(call.query, header(call, 'accept'));
    const query = parseListingQuery(call.query, SWIFT_CONSTRAINTS.account_listing_limit);
    const account = await this.accounts.open(call.principal);
    const rows = await listNames(query, (range, limit) => this.containers.list(account.id, range, limit));
    const of = { element: 'account', entryElement: 'container', name: call.target.account } as const;
    const { contentType, body } = renderListing(format, of, rows, containerEntry);
    const headers = { 'Content-Type': contentType, ...accountHeaders(account) };
    return body === '' ? { status: 204, headers } : { status: 200, headers, body };
  }

  private async update(call: AccountCall): Promise<SwiftReply> {
    const problem = headerProblem(call.headers);
    if (problem !== undefined) throw new InvalidInput(problem);
    const account = await this.accounts.open(call.principal);
    await this.accounts.updateMetadata(account, metadataChanges('account', call.headers));
    return emptyReply(204);
  }
}

const header = (call: AccountCall, name: string) => {
  const value = call.headers[name];
  return typeof value === 'string' ? value : undefined;
};

function accountHeaders(account: Account): Record<string, string> {
  const policy = `X-Account-Storage-Policy-${titleCase(DEFAULT_POLICY)}`;
  const counts = {
    'Container-Count': String(account.containerCount),
    'Object-Count': String(account.objectCount),
    'Bytes-Used': String(account.bytesUsed),
  };
  return {
    ...Object.fromEntries(Object.entries(counts).map(([name, value]) => [`X-Account-${name}`, value])),
    ...Object.fromEntries(Object.entries(counts).map(([name, value]) => [`${policy}-${name}`, value])),
    'X-Timestamp': formatTimestamp(account.timestamp),
    'Accept-Ranges': 'bytes',
    ...metadataHeaders('account', account.metadata),
  };
}
