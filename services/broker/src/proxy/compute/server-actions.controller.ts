import { Body, Controller, Delete, Get, Param, Post, Put, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { MetadataBody, MetadataItemBody } from '@ocx/openstack-api/compute/servers';
import {
  AddressesAnswer,
  NetworkAddresses,
  ConsoleOutput,
  MetadataAnswer,
  MetadataItemAnswer,
  ServerTags,
} from '@ocx/openstack-api/compute/server-answers';
import { Policy } from '@ocx/service-kit/auth';
import { NotFound } from '@ocx/service-kit/errors';
import { type MicroversionValue, RequestMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { WithinBudget } from '../../budgets/within-budget.js';
import { PROXY_POLICY } from '../proxy.policy.js';
import { ComputeContext } from './compute-context.js';
import { type BelowRequest, type BelowServer, ServersService } from './servers.service.js';

/** An action's parameters are the landlord's to judge; here only that it is one, and of reasonable size. */
const Action = z
  .record(z.string().min(1).max(64), z.unknown())
  .refine((action) => Object.keys(action).length === 1, 'There should be exactly one action.');

/** What a landlord answers, by the first name below the server. Of a single tag there is nothing to read. */
const LISTS = { metadata: MetadataAnswer, tags: ServerTags, ips: AddressesAnswer };
const ITEMS = { metadata: MetadataItemAnswer, tags: undefined, ips: NetworkAddresses };

interface Target {
  readonly caller: Principal;
  readonly region: string;
  readonly id: string;
  readonly version: MicroversionValue;
  readonly reply: FastifyReply;
}

/** What is done to a server, and what lies below it. */
@Controller('regions/:region/compute/v2.1/servers/:id')
@WithinBudget('server')
export class ServerActionsController {
  constructor(
    private readonly context: ComputeContext,
    private readonly servers: ServersService,
  ) {}

  @Post('action')
  @WithinBudget('server', ({ body }) => Action.safeParse(body).data?.['os-getConsoleOutput'] !== undefined)
  @Policy(PROXY_POLICY.projectMember)
  @Operation({ body: Action, answers: { 200: ConsoleOutput, 202: {} }, errors: [409] })
  async act(
    @Caller() caller: Principal,
    @Param('region') region: string,
    @Param('id') id: string,
    @Body() body: unknown,
    @RequestMicroversion() version: MicroversionValue,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const action = parse(Action, body);
    const located = await this.servers.locate(caller, await this.context.region(region), id);
    const passed = await this.servers.act(caller, located, version, action);
    void reply.code(passed.status);
    return passed.body;
  }

  @Get(':what')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ answers: { 200: z.union(Object.values(LISTS)) } })
  async list(
    @Caller() caller: Principal,
    @Param('region') region: string,
    @Param('id') id: string,
    @Param('what') what: string,
    @RequestMicroversion() version: MicroversionValue,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const name = below(what, 'read');
    return this.below({ caller, region, id, version, reply }, { method: 'GET', what: name }, LISTS[name]);
  }

  @Get(':what/:key')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ answers: { 200: z.union([MetadataItemAnswer, NetworkAddresses]), 204: {} } })
  async show(
    @Caller() caller: Principal,
    @Param('region') region: string,
    @Param('id') id: string,
    @Param() below_: { what: string; key: string },
    @RequestMicroversion() version: MicroversionValue,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { what, key } = below_;
    const name = below(what, 'read');
    return this.below({ caller, region, id, version, reply }, { method: 'GET', what: name, key }, ITEMS[name]);
  }

  @Post('metadata')
  @Policy(PROXY_POLICY.projectMember)
  @Operation({ body: MetadataBody, answers: { 200: MetadataAnswer }, errors: [409] })
  async addMetadata(
    @Caller() caller: Principal,
    @Param('region') region: string,
    @Param('id') id: string,
    @Body() body: unknown,
    @RequestMicroversion() version: MicroversionValue,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const request = { method: 'POST', what: 'metadata' as const, body: parse(MetadataBody, body) };
    return this.below({ caller, region, id, version, reply }, request, MetadataAnswer);
  }

  @Put(':what')
  @Policy(PROXY_POLICY.projectMember)
  @Operation({
    body: z.union([MetadataBody, ServerTags]),
    answers: { 200: z.union([MetadataAnswer, ServerTags]) },
    errors: [409],
  })
  async replace(
    @Caller() caller: Principal,
    @Param() target: { region: string; id: string; what: string },
    @Body() body: unknown,
    @RequestMicroversion() version: MicroversionValue,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const what = below(target.what, 'write');
    const checked = what === 'tags' ? parse(ServerTags, body) : parse(MetadataBody, body);
    const answer = what === 'tags' ? ServerTags : MetadataAnswer;
    return this.below({ caller, ...target, version, reply }, { method: 'PUT', what, body: checked }, answer);
  }

  @Put(':what/:key')
  @Policy(PROXY_POLICY.projectMember)
  @Operation({
    body: MetadataItemBody,
    bodyOptional: true,
    answers: { 200: MetadataItemAnswer, 201: {}, 204: {} },
    errors: [409],
  })
  async put(
    @Caller() caller: Principal,
    @Param() target: { region: string; id: string; what: string; key: string },
    @Body() body: unknown,
    @RequestMicroversion() version: MicroversionValue,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const what = below(target.what, 'write');
    const checked = what === 'tags' ? undefined : parse(MetadataItemBody, body);
    const answer = what === 'tags' ? undefined : MetadataItemAnswer;
    const request = { method: 'PUT', what, key: target.key, body: checked };
    return this.below({ caller, ...target, version, reply }, request, answer);
  }

  @Delete(':what')
  @Policy(PROXY_POLICY.projectMember)
  @Operation({ answers: { 204: {} }, errors: [409] })
  async clear(
    @Caller() caller: Principal,
    @Param() target: { region: string; id: string; what: string },
    @RequestMicroversion() version: MicroversionValue,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (target.what !== 'tags') throw new NotFound('The resource could not be found.');
    return this.below({ caller, ...target, version, reply }, { method: 'DELETE', what: 'tags' });
  }

  @Delete(':what/:key')
  @Policy(PROXY_POLICY.projectMember)
  @Operation({ answers: { 204: {} }, errors: [409] })
  async remove(
    @Caller() caller: Principal,
    @Param() target: { region: string; id: string; what: string; key: string },
    @RequestMicroversion() version: MicroversionValue,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const what = below(target.what, 'write');
    return this.below({ caller, ...target, version, reply }, { method: 'DELETE', what, key: target.key });
  }

  private async below<T extends z.ZodType = z.ZodUndefined>(
    { caller, region, id, version, reply }: Target,
    request: BelowRequest,
    schema?: T,
  ): Promise<z.output<T> | undefined> {
    const located = await this.servers.locate(caller, await this.context.region(region), id);
    const passed = await this.servers.below(caller, located, version, request, schema);
    void reply.code(passed.status);
    return passed.body;
  }
}

function below(what: string, use: 'read'): BelowServer;
function below(what: string, use: 'write'): Exclude<BelowServer, 'ips'>;
function below(what: string, use: 'read' | 'write'): BelowServer {
  if (what === 'metadata' || what === 'tags' || (what === 'ips' && use === 'read')) return what;
  throw new NotFound('The resource could not be found.');
}
