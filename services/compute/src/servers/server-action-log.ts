import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { NotFound } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import type { MarkedRequest } from '@ocx/service-kit/service-request';
import { type ServerActionRecord, ServerActionsRepository } from './server-actions.repository.js';

/** Nova's instance actions: what was asked of a server, when and by whom. */
@Injectable()
export class ServerActionLog {
  constructor(private readonly records: ServerActionsRepository) {}

  async record(caller: Principal, serverId: string, action: string, request: MarkedRequest): Promise<void> {
    await this.records.add({
      serverId,
      action,
      requestId: request.requestId ?? `req-${randomUUID()}`,
      userId: caller.userId,
      projectId: caller.projectId ?? '',
      message: null,
      startedAt: new Date(),
    });
  }

  list(serverId: string): Promise<ServerActionRecord[]> {
    return this.records.list(serverId);
  }

  async show(serverId: string, requestId: string): Promise<ServerActionRecord> {
    const record = await this.records.find(serverId, requestId);
    if (!record) throw new NotFound(`Action for request_id ${requestId} on instance ${serverId} not found`);
    return record;
  }
}
