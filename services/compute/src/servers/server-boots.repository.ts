import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { ServerBootEntity } from './server-boot.entity.js';

export interface Boot {
  readonly publicKeys: readonly string[];
  readonly userData: string | null;
  readonly hostname: string | null;
}

@Injectable()
export class ServerBootsRepository {
  constructor(@InjectRepository(ServerBootEntity) private readonly rows: Repository<ServerBootEntity>) {}

  async put(leaseId: string, boot: Boot): Promise<void> {
    await this.rows.upsert({ leaseId, ...boot, publicKeys: [...boot.publicKeys] }, ['leaseId']);
  }

  async find(leaseId: string): Promise<Boot | undefined> {
    return (await this.rows.findOneBy({ leaseId })) ?? undefined;
  }

  async remove(leaseId: string): Promise<void> {
    await this.rows.delete({ leaseId });
  }
}
