import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LeaseEnding } from '@ocx/landlord-kit/leases/lease-ending.service';
import { createServerBody, ServerListQuery, updateServerBody } from '@ocx/openstack-api/compute/servers';
import {
  CreateServer,
  ServerAnswer,
  ServerCreated,
  ServerDetailList,
  ServerList,
  ServerLocation,
  ServerUpdated,
  UpdateServer,
} from '@ocx/openstack-api/compute/server-answers';
import { Policy } from '@ocx/service-kit/auth';
import { type MicroversionValue, RequestMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import { parse } from '@ocx/service-kit/validation';
import { pageLimit } from './paging.js';
import { serverId } from './server-id.js';
import { ServerActionLog } from './server-action-log.js';
import { serverSort } from './server-filter.js';
import { ServerPresenter } from './server-presenter.js';
import { serverLinks, serverSummary } from './server.view.js';
import { ServersService } from './servers.service.js';
import { changeServer, createServer, deleteServer, readServers } from './servers.policy.js';

@Controller('v2.1/servers')
export class ServersController {
  constructor(
    private readonly servers: ServersService,
    private readonly presenter: ServerPresenter,
    private readonly endings: LeaseEnding,
    private readonly actions: ServerActionLog,
  ) {}

  @Get()
  @Policy(readServers)
  @Operation({ query: ServerListQuery, answers: { 200: ServerList } })
  async list(@Caller() caller: Principal, @Query() query: Record<string, string | string[]>) {
    const { servers, links } = await this.page(caller, query, '/v2.1/servers');
    return { servers: servers.map((server) => serverSummary(server, this.presenter.url)), ...links };
  }

  @Get('detail')
  @Policy(readServers)
  @Operation({ query: ServerListQuery, answers: { 200: ServerDetailList } })
  async detail(
    @Caller() caller: Principal,
    @RequestMicroversion() version: MicroversionValue,
    @Query() query: Record<string, string | string[]>,
  ) {
    const { servers, links } = await this.page(caller, query, '/v2.1/servers/detail');
    return { servers: await this.presenter.details(servers, version), ...links };
  }

  @Post()
  @HttpCode(202)
  @Policy(createServer)
  @Operation({
    body: CreateServer,
    answers: { 202: { body: ServerCreated, headers: ServerLocation } },
    errors: [409],
  })
  async create(
    @Caller() caller: Principal,
    @RequestMicroversion() version: MicroversionValue,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { server: request } = parse(createServerBody(version.minor), body);
    const server = await this.servers.create(caller, request);
    await this.actions.record(caller, server.id, 'create', reply.request.raw);
    const links = serverLinks(this.presenter.url, server.id);
    reply.header('Location', links[0]?.href ?? '');
    return {
      server: {
        id: server.id,
        links,
        'OS-DCF:diskConfig': server.diskConfig,
        security_groups: [{ name: 'default' }],
        ...(request.adminPass === undefined ? {} : { adminPass: request.adminPass }),
      },
    };
  }

  @Get(':id')
  @Policy(readServers)
  @Operation({ answers: { 200: ServerAnswer } })
  async show(@Caller() caller: Principal, @RequestMicroversion() version: MicroversionValue, @Param('id') id: string) {
    return { server: await this.presenter.detail(await this.servers.show(caller, serverId(id)), version) };
  }

  @Put(':id')
  @Policy(changeServer)
  @Operation({ body: UpdateServer, answers: { 200: ServerUpdated } })
  async update(
    @Caller() caller: Principal,
    @RequestMicroversion() version: MicroversionValue,
    @Param('id') id: string,
    @Body() body: unknown,
  ) {
    const { 'OS-DCF:diskConfig': _fixed, ...change } = parse(updateServerBody(version.minor), body).server;
    const server = await this.servers.update(caller, serverId(id), change);
    return { server: await this.presenter.updated(server, version) };
  }

  @Delete(':id')
  @HttpCode(204)
  @Policy(deleteServer)
  @Operation({ answers: { 204: {} }, errors: [409] })
  async delete(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    await this.servers.delete(caller, serverId(id), this.endings);
  }

  private async page(caller: Principal, raw: Record<string, string | string[]>, path: string) {
    const query = parse(ServerListQuery, raw);
    const limit = pageLimit(query.limit === 0 ? undefined : query.limit);
    const servers = await this.servers.list(caller, query, serverSort(query), limit);
    const last = servers.at(-1);
    if (!last || servers.length < limit) return { servers, links: {} };
    const next = new URLSearchParams();
    for (const [key, value] of Object.entries(raw)) {
      if (key !== 'marker') for (const one of [value].flat()) next.append(key, one);
    }
    next.set('marker', last.id);
    const href = `${this.presenter.url}${path}?${next.toString()}`;
    return { servers, links: { servers_links: [{ rel: 'next', href }] } };
  }
}
