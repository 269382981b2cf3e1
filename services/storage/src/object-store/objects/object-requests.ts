import { HttpException, Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { AccountsService } from '../accounts/accounts.service.js';
import type { Container } from '../containers/container.js';
import { ContainersService } from '../containers/containers.service.js';
import { checkNames, type ObjectCall } from '../http/swift-call.js';
import type { SwiftReply } from '../http/swift-reply.js';
import { ObjectCopies } from './object-copies.js';
import { ObjectReads } from './object-reads.js';
import { ObjectUploads } from './object-uploads.js';

/** Where an object lies, found before anything is done to it. */
export interface ObjectPlace {
  readonly account: Account;
  readonly container: Container;
}

/** Swift's object: one method per verb. */
@Injectable()
export class ObjectRequests {
  constructor(
    private readonly accounts: AccountsService,
    private readonly containers: ContainersService,
    private readonly uploads: ObjectUploads,
    private readonly copies: ObjectCopies,
    private readonly reads: ObjectReads,
  ) {}

  async handle(call: ObjectCall): Promise<SwiftReply> {
    checkNames(call.target);
    const account = await this.accounts.open(call.principal);
    const container = await this.containers.show(account, call.target.container);
    const place = { account, container };
    switch (call.method) {
      case 'GET':
        return this.reads.get(call, place);
      case 'HEAD':
        return this.reads.head(call, place);
      case 'PUT':
        return call.headers['x-copy-from'] === undefined
          ? this.uploads.put(call, place)
          : this.copies.pull(call, place);
      case 'COPY':
        return this.copies.push(call, place);
      case 'POST':
        return this.uploads.describe(call, place);
      case 'DELETE':
        return this.uploads.remove(call, place);
      default:
        throw new HttpException('The method is not allowed for this resource.', 405);
    }
  }
}
