import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { ServerBootEntity } from './server-boot.entity.js';

export interface Boot {
  readonly publicKeys: readonly string[];
  readonly userData: string | null;
  readonly hostname: string | null;
}

@Injectable()
export class ServerBootsRepository {
  constructor(@InjectRepository(ServerBootEntity) private readonly rows: Repository<ServerBootEntity>) {}

  async add(leaseId: string, boot: Boot, manager: EntityManager): Promise<void> {
    await manager.insert(ServerBootEntity, { leaseId, ...boot, publicKeys: [...boot.publicKeys] });
  }

  async find(leaseId: string): Promise<Boot | undefined> {
    return (await this.rows.findOneBy({ leaseId })) ?? undefined;
  }

  async remove(leaseId: string, manager: EntityManager = this.rows.manager): Promise<void> {
    await manager.delete(ServerBootEntity, { leaseId });
  }
}
