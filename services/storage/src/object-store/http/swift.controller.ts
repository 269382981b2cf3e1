import { Controller, Copy, Delete, Get, Head, Inject, Post, Put, Req, Res } from '@nestjs/common';
import { BULK_DELETE_OPERATIONS, swiftOperations } from '@ocx/openstack-api/object-store/operations';
import { Policy } from '@ocx/service-kit/auth';
import { OperationsBelow } from '@ocx/service-kit/operation';
import type { ServiceRequest } from '@ocx/service-kit/service-request';
import type { FastifyReply } from 'fastify';
import { STORAGE_CONFIG, type StorageConfig } from '../../storage.config.js';
import { AccountRequests } from '../accounts/account-requests.js';
import { ContainerRequests } from '../containers/container-requests.js';
import { ObjectRequests } from '../objects/object-requests.js';
import { type AccountCall, type ContainerCall, faultOf, type ObjectCall, swiftCall } from './swift-call.js';
import { sendReply, type SwiftReply } from './swift-reply.js';
import { readAccount, writeAccount } from './swift.policy.js';

/**
 * Every path of Swift's API. One wildcard, because the router decodes and splits paths otherwise than Swift: what a URL
 * names is read from the request line alone.
 */
@Controller(['v1', 'v1.0'])
export class SwiftController {
  constructor(
    private readonly accounts: AccountRequests,
    private readonly containers: ContainerRequests,
    private readonly objects: ObjectRequests,
    @Inject(STORAGE_CONFIG) private readonly config: StorageConfig,
  ) {}

  @Get('*')
  @Policy(readAccount)
  @OperationsBelow(swiftOperations('get'))
  get(@Req() request: ServiceRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply);
  }

  @Head('*')
  @Policy(readAccount)
  @OperationsBelow(swiftOperations('head'))
  head(@Req() request: ServiceRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply);
  }

  @Put('*')
  @Policy(writeAccount)
  @OperationsBelow(swiftOperations('put'))
  put(@Req() request: ServiceRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply);
  }

  @Post('*')
  @Policy(writeAccount)
  @OperationsBelow({ ...swiftOperations('post'), ...BULK_DELETE_OPERATIONS.post })
  post(@Req() request: ServiceRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply);
  }

  @Delete('*')
  @Policy(writeAccount)
  @OperationsBelow({ ...swiftOperations('delete'), ...BULK_DELETE_OPERATIONS.delete })
  delete(@Req() request: ServiceRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply);
  }

  @Copy('*')
  @Policy(writeAccount)
  @OperationsBelow(swiftOperations('copy'))
  copy(@Req() request: ServiceRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply);
  }

  private async answer(request: ServiceRequest, reply: FastifyReply): Promise<void> {
    const answer = await this.dispatch(request).catch((error: unknown) => {
      throw faultOf(request, error);
    });
    await sendReply(reply, answer);
  }

  private dispatch(request: ServiceRequest): Promise<SwiftReply> {
    const call = swiftCall(request, this.config.OCX_OBJECT_CLIENT_TIMEOUT_SECONDS);
    switch (call.target.kind) {
      case 'account':
        return this.accounts.handle(call as AccountCall);
      case 'container':
        return this.containers.handle(call as ContainerCall);
      case 'object':
        return this.objects.handle(call as ObjectCall);
    }
  }
}
