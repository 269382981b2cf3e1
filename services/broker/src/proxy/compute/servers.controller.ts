import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { createServerBody, ServerListQuery, updateServerBody } from '@ocx/openstack-api/compute/servers';
import {
  CreateServer,
  ServerCreated,
  ServerLocation,
  ServerUpdated,
  type ShownServer,
  ShownServerAnswer,
  ShownServerDetailList,
  ShownServerList,
  UpdateServer,
} from '@ocx/openstack-api/compute/server-answers';
import { Policy } from '@ocx/service-kit/auth';
import { BackendUnavailable } from '@ocx/service-kit/errors';
import { type MicroversionValue, RequestMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { PARTIAL, partialHeader } from '../fan-out.js';
import { queryParameters } from '../page.js';
import { isOperator } from '../../exchange-api/exchange.policy.js';
import { WithinBudget } from '../../budgets/within-budget.js';
import { PROXY_POLICY } from '../proxy.policy.js';
import { ComputeContext } from './compute-context.js';
import { ServerCreateService } from './server-create.service.js';
import { ServerListService } from './server-list.service.js';
import { serverLinks, serverSummary, unknownServerView } from './server.view.js';
import { ServersService } from './servers.service.js';

type Query = Record<string, string | string[]>;

@Controller('regions/:region/compute/v2.1/servers')
@WithinBudget('server')
export class ServersController {
  constructor(
    private readonly context: ComputeContext,
    private readonly servers: ServersService,
    private readonly lists: ServerListService,
    private readonly creates: ServerCreateService,
  ) {}

  @Get()
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ query: ServerListQuery, answers: { 200: { body: ShownServerList, headers: PARTIAL } } })
  async list(
    @Caller() caller: Principal,
    @Param('region') region: string,
    @Query() query: Query,
    @RequestMicroversion() version: MicroversionValue,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const links = this.context.links(region);
    const page = await this.page(caller, region, query, version, reply);
    return { ...page, servers: page.servers.map((view) => serverSummary(view, links)) };
  }

  @Get('detail')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ query: ServerListQuery, answers: { 200: { body: ShownServerDetailList, headers: PARTIAL } } })
  async detail(
    @Caller() caller: Principal,
    @Param('region') region: string,
    @Query() query: Query,
    @RequestMicroversion() version: MicroversionValue,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.page(caller, region, query, version, reply, '/detail');
  }

  @Post()
  @WithinBudget('new')
  @HttpCode(202)
  @Policy(PROXY_POLICY.projectMember)
  @Operation({
    body: CreateServer,
    answers: { 202: { body: ServerCreated, headers: ServerLocation } },
    errors: [409],
  })
  async create(
    @Caller() caller: Principal,
    @Param('region') region: string,
    @Body() body: unknown,
    @RequestMicroversion() version: MicroversionValue,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const request = parse(createServerBody(version.minor), body);
    const server = await this.creates.create(caller, await this.context.region(region), request, version);
    const links = serverLinks(this.context.links(region), server.id);
    void reply.header('location', links[0]?.href ?? '');
    return { server: { ...server, links } };
  }

  @Get(':id')
  @Policy(PROXY_POLICY.projectReader)
  @Operation({ answers: { 200: { body: ShownServerAnswer, headers: PARTIAL } } })
  async show(
    @Caller() caller: Principal,
    @Param('region') region: string,
    @Param('id') id: string,
    @RequestMicroversion() version: MicroversionValue,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const located = await this.servers.locate(caller, await this.context.region(region), id);
    const links = this.context.links(region);
    try {
      return { server: await this.servers.show(caller, located, version, links) };
    } catch (error) {
      // From 2.69 on clients know what a server in a silent cell looks like; before, only 503 tells them.
      if (!(error instanceof BackendUnavailable) || version.minor < 69 || !isLandlordSilent(error)) throw error;
      void reply.headers(partialHeader([located.landlord]));
      return { server: unknownServerView(located.row, located.landlord, links, version.minor, 'show') };
    }
  }

  @Put(':id')
  @Policy(PROXY_POLICY.projectMember)
  @Operation({ body: UpdateServer, answers: { 200: ServerUpdated }, errors: [409] })
  async update(
    @Caller() caller: Principal,
    @Param('region') region: string,
    @Param('id') id: string,
    @Body() body: unknown,
    @RequestMicroversion() version: MicroversionValue,
  ) {
    const change = parse(updateServerBody(version.minor), body);
    const located = await this.servers.locate(caller, await this.context.region(region), id);
    return { server: await this.servers.update(caller, located, version, this.context.links(region), change) };
  }

  @Delete(':id')
  @HttpCode(204)
  @Policy(PROXY_POLICY.projectMember)
  @Operation({ answers: { 204: {} }, errors: [409] })
  async delete(@Caller() caller: Principal, @Param('region') region: string, @Param('id') id: string): Promise<void> {
    await this.servers.delete(caller, await this.servers.locate(caller, await this.context.region(region), id));
  }

  private async page(
    caller: Principal,
    name: string,
    query: Query,
    version: MicroversionValue,
    reply: FastifyReply,
    path = '',
  ): Promise<{ servers: ShownServer[]; servers_links?: { rel: string; href: string }[] }> {
    const parsed = parse(ServerListQuery, query);
    const links = this.context.links(name);
    const question = { caller, region: await this.context.region(name), query: parsed, version, links };
    const everybodys =
      parsed.all_tenants !== undefined && /^(1|true|)$/i.test(parsed.all_tenants) && isOperator(caller);
    const { views, more, silent } = await (everybodys ? this.lists.listAll(question) : this.lists.list(question));
    void reply.headers(partialHeader(silent));
    const last = views.at(-1)?.id;
    if (!more || last === undefined) return { servers: views };
    const rest = queryParameters(query);
    rest.set('marker', last);
    const href = `${links.publicUrl}/regions/${name}/compute/v2.1/servers${path}?${rest.toString()}`;
    return { servers: views, servers_links: [{ rel: 'next', href }] };
  }
}

function isLandlordSilent(error: BackendUnavailable): boolean {
  return error.reason === 'landlord_unreachable';
}
