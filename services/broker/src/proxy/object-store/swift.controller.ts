import { Controller, Copy, Delete, Get, Head, Post, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { swiftOperations } from '@ocx/openstack-api/object-store/operations';
import { Policy } from '@ocx/service-kit/auth';
import { OperationsBelow } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import type { ServiceRequest } from '@ocx/service-kit/service-request';
import { PROXY_POLICY } from '../proxy.policy.js';
import { RegionsService } from '../regions/regions.service.js';
import { readSwiftRequest } from './swift-request.js';
import { SwiftService } from './swift.service.js';

/** Every path of Swift's API: what a URL names is read from the request line alone. */
@Controller('regions/:region/object-store')
export class SwiftController {
  constructor(
    private readonly swift: SwiftService,
    private readonly regions: RegionsService,
  ) {}

  @Get('*')
  @Policy(PROXY_POLICY.projectReader)
  @OperationsBelow(swiftOperations('get', 'v1/'))
  get(@Caller() caller: Principal, @Req() request: ServiceRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(caller, request, reply);
  }

  @Head('*')
  @Policy(PROXY_POLICY.projectReader)
  @OperationsBelow(swiftOperations('head', 'v1/'))
  head(@Caller() caller: Principal, @Req() request: ServiceRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(caller, request, reply);
  }

  @Put('*')
  @Policy(PROXY_POLICY.projectMember)
  @OperationsBelow(swiftOperations('put', 'v1/'))
  put(@Caller() caller: Principal, @Req() request: ServiceRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(caller, request, reply);
  }

  @Post('*')
  @Policy(PROXY_POLICY.projectMember)
  @OperationsBelow(swiftOperations('post', 'v1/'))
  post(@Caller() caller: Principal, @Req() request: ServiceRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(caller, request, reply);
  }

  @Delete('*')
  @Policy(PROXY_POLICY.projectMember)
  @OperationsBelow(swiftOperations('delete', 'v1/'))
  delete(@Caller() caller: Principal, @Req() request: ServiceRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(caller, request, reply);
  }

  @Copy('*')
  @Policy(PROXY_POLICY.projectMember)
  @OperationsBelow(swiftOperations('copy', 'v1/'))
  copy(@Caller() caller: Principal, @Req() request: ServiceRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(caller, request, reply);
  }

  private async answer(caller: Principal, request: ServiceRequest, reply: FastifyReply): Promise<void> {
    const swift = readSwiftRequest(request.raw, caller.projectId ?? '');
    const region = await this.regions.resolve(swift.region, 'storage');
    const client = new AbortController();
    // A tenant who hangs up takes the landlord's side of the transfer along.
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) client.abort();
    });
    const answer = await this.swift.answer({ caller, region, request: swift, raw: request.raw, signal: client.signal });
    void reply.code(answer.status).headers(answer.headers);
    await reply.send(answer.body);
  }
}
