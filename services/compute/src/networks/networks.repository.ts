import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { Owner } from '../servers/server.js';
import { NetworkEntity } from './network.entity.js';

export interface Network extends Owner {
  readonly id: string;
  readonly subnet: string;
}

@Injectable()
export class NetworksRepository {
  constructor(@InjectRepository(NetworkEntity) private readonly rows: Repository<NetworkEntity>) {}

  async find(owner: Owner): Promise<Network | undefined> {
    return (await this.rows.findOneBy({ realm: owner.realm, projectId: owner.projectId })) ?? undefined;
  }

  async get(id: string): Promise<Network | undefined> {
    return (await this.rows.findOneBy({ id })) ?? undefined;
  }

  list(): Promise<Network[]> {
    return this.rows.find();
  }

  async subnets(): Promise<Set<string>> {
    return new Set((await this.rows.find({ select: { subnet: true } })).map(({ subnet }) => subnet));
  }

  /** Undefined when the subnet or the project's network was taken meanwhile. */
  async add(owner: Owner, subnet: string): Promise<Network | undefined> {
    const result = await this.rows
      .createQueryBuilder()
      .insert()
      .values({ id: randomUUID(), realm: owner.realm, projectId: owner.projectId, subnet, createdAt: new Date() })
      .orIgnore()
      .returning('id')
      .execute();
    return (result.raw as unknown[]).length === 0 ? undefined : this.find(owner);
  }

  async move(id: string, subnet: string): Promise<void> {
    await this.rows.update({ id }, { subnet });
  }

  /** Deletes the network unless a server has it; a server that is being created holds it by its row. */
  async removeUnused(id: string): Promise<boolean> {
    const result = await this.rows
      .createQueryBuilder()
      .delete()
      .where('id = :id AND NOT EXISTS (SELECT 1 FROM servers WHERE servers.network_id = :id)', { id })
      .execute();
    return (result.affected ?? 0) > 0;
  }
}
