import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ServerAction } from '@ocx/openstack-api/compute/servers';
import {
  ConsoleOutput,
  type InstanceAction,
  InstanceActionAnswer,
  InstanceActionList,
} from '@ocx/openstack-api/compute/server-answers';
import { Policy } from '@ocx/service-kit/auth';
import { Conflict } from '@ocx/service-kit/errors';
import { type MicroversionValue, RequestMicroversion } from '@ocx/service-kit/microversion';
import { Operation } from '@ocx/service-kit/operation';
import { Caller, type Principal } from '@ocx/service-kit/principal';
import type { ServiceRequest } from '@ocx/service-kit/service-request';
import { parse } from '@ocx/service-kit/validation';
import { Hypervisor } from '../hypervisor/hypervisor.js';
import { ServerActionLog } from './server-action-log.js';
import type { ServerActionRecord } from './server-actions.repository.js';
import { serverId } from './server-id.js';
import { ServersService } from './servers.service.js';
import { actOnServer, readServers } from './servers.policy.js';

const NAMES: Readonly<Record<string, string>> = { 'os-start': 'start', 'os-stop': 'stop', reboot: 'reboot' };

function view(record: ServerActionRecord, version: MicroversionValue): InstanceAction {
  const start = record.startedAt.toISOString().replace('Z', '000');
  return {
    action: record.action,
    instance_uuid: record.serverId,
    request_id: record.requestId,
    user_id: record.userId,
    project_id: record.projectId,
    start_time: start,
    message: record.message,
    ...(version.minor >= 58 ? { updated_at: start } : {}),
  };
}

@Controller('v2.1/servers/:id')
export class ServerActionsController {
  constructor(
    private readonly servers: ServersService,
    private readonly hypervisor: Hypervisor,
    private readonly actions: ServerActionLog,
  ) {}

  @Post('action')
  @Policy(actOnServer)
  @Operation({ body: ServerAction, answers: { 200: ConsoleOutput, 202: {} }, errors: [409] })
  async act(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: ServiceRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ output: string } | undefined> {
    const action = parse(ServerAction, body);
    if ('os-getConsoleOutput' in action) {
      reply.code(200);
      return { output: await this.console(caller, serverId(id), action['os-getConsoleOutput'].length ?? undefined) };
    }
    await this.servers.act(caller, serverId(id), action);
    await this.actions.record(caller, id, NAMES[Object.keys(action)[0] ?? ''] ?? 'action', request.raw);
    reply.code(202);
    return undefined;
  }

  @Get('os-instance-actions')
  @Policy(readServers)
  @Operation({ answers: { 200: InstanceActionList } })
  async list(@Caller() caller: Principal, @RequestMicroversion() version: MicroversionValue, @Param('id') id: string) {
    const server = await this.servers.show(caller, serverId(id));
    return { instanceActions: (await this.actions.list(server.id)).map((record) => view(record, version)) };
  }

  @Get('os-instance-actions/:request')
  @Policy(readServers)
  @Operation({ answers: { 200: InstanceActionAnswer } })
  async show(
    @Caller() caller: Principal,
    @RequestMicroversion() version: MicroversionValue,
    @Param('id') id: string,
    @Param('request') requestId: string,
  ) {
    const server = await this.servers.show(caller, serverId(id));
    return { instanceAction: { ...view(await this.actions.show(server.id, requestId), version), events: [] } };
  }

  private async console(caller: Principal, id: string, length: number | undefined): Promise<string> {
    const server = await this.servers.show(caller, id);
    if (server.vmState === 'building') throw new Conflict(`Instance ${id} is not ready`);
    return this.hypervisor.consoleOutput(server.id, length === undefined || length < 0 ? undefined : length);
  }
}
