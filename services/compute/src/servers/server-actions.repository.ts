import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { ServerActionEntity } from './server-action.entity.js';

export interface ServerActionRecord {
  readonly serverId: string;
  readonly action: string;
  readonly requestId: string;
  readonly userId: string;
  readonly projectId: string;
  readonly message: string | null;
  readonly startedAt: Date;
}

@Injectable()
export class ServerActionsRepository {
  constructor(@InjectRepository(ServerActionEntity) private readonly rows: Repository<ServerActionEntity>) {}

  async add(record: ServerActionRecord): Promise<void> {
    await this.rows.insert({ ...record });
  }

  /** Newest first. */
  list(serverId: string): Promise<ServerActionRecord[]> {
    return this.rows.find({ where: { serverId }, order: { id: 'DESC' }, take: 1000 });
  }

  async find(serverId: string, requestId: string): Promise<ServerActionRecord | undefined> {
    return (await this.rows.findOneBy({ serverId, requestId })) ?? undefined;
  }
}
